use std::cmp::Reverse;
use std::collections::HashMap;

use axum::extract::State;
use axum::response::{Redirect, Response};
use minijinja::context;
use serde::{Deserialize, Serialize};
use whatscrap_kernel::Limit;
use whatscrap_messages::{PageAt, ReadMark};
use whatscrap_rooms::{Member, MyRoom};
use whatscrap_users::UserId;

use super::refusal::Refusal;
use super::row::{Row, rows};
use super::show::{show, value};
use super::sidebar;
use super::typed::{RoomInPath, Typed};
use super::who::Viewer;
use crate::Server;
use crate::api::reading::mark_all_read;
use crate::problem::Problem;
use crate::views::RoomView;

const PATH: &str = "/chat/unread";
/// So many rooms are shown at once; those that follow come when these are read.
const ROOMS: usize = 20;
/// So many messages of each.
const MESSAGES: u32 = 10;

/// A room, and the first of what is unread there.
#[derive(Serialize)]
struct Unread {
    room: RoomView,
    rows: Vec<Row>,
    /// How many more there are.
    more: u64,
}

/// Everything unread, room by room, those first in which one is named. Looking reads nothing.
pub(super) async fn show_unread(
    State(server): State<Server>,
    Viewer(login): Viewer,
) -> Result<Response, Refusal> {
    let (services, user) = (&server.services, login.user.id);
    let mine = services.rooms.all_mine(user).await?;
    let mut unread: Vec<_> = mine.iter().filter(|mine| mine.unread > 0).collect();
    unread.sort_by_key(|mine| Reverse(mine.mentions.min(1)));
    let proofs = services.rooms.memberships(user).await?;
    let proofs: HashMap<_, _> = proofs
        .iter()
        .map(|(proof, _)| (proof.room(), proof))
        .collect();
    let mut sections = Vec::new();
    for mine in unread.iter().take(ROOMS) {
        if let Some(member) = proofs.get(&mine.room.id) {
            sections.push(section(&server, member, mine).await?);
        }
    }
    let more_rooms = unread.len().saturating_sub(ROOMS);
    let context = context! {
        view => "unread",
        sections => value(sections),
        more_rooms,
        ..sidebar::inside(&login, mine, None)
    };
    Ok(show(&server, None, "pages/unread.html", context))
}

async fn section(server: &Server, member: &Member, mine: &MyRoom) -> Result<Unread, Problem> {
    let limit = Limit::parse(MESSAGES).unwrap_or_default();
    let at = PageAt::After(mine.read_seq);
    let page = server.services.messages.page(member, at, limit).await?;
    let is_theirs = |author: UserId| author != member.user();
    let mut messages = page.items;
    messages.retain(|message| is_theirs(message.author.id));
    let room = RoomView::from(mine.clone());
    Ok(Unread {
        rows: rows(&messages, &room, member.user(), None),
        more: room.unread.saturating_sub(messages.len() as u64),
        room,
    })
}

/// Up to where a room was shown.
#[derive(Deserialize)]
pub(super) struct Mark {
    seq: u64,
}

/// Marks one room as read.
pub(super) async fn read(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    Typed(mark): Typed<Mark>,
) -> Result<Redirect, Refusal> {
    let services = &server.services;
    let member = services.rooms.member(room, login.user.id).await?;
    let mark = ReadMark::Forward(mark.seq);
    services.messages.mark_read(&member, mark).await?;
    Ok(Redirect::to(PATH))
}

/// Marks everything as read.
pub(super) async fn read_all(
    State(server): State<Server>,
    Viewer(login): Viewer,
) -> Result<Redirect, Refusal> {
    mark_all_read(&server, login.user.id).await?;
    Ok(Redirect::to(PATH))
}
