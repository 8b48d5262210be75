use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use tower_cookies::Cookies;
use whatscrap_kernel::Limit;
use whatscrap_messages::{PageAt, Seen};
use whatscrap_rooms::{AccessError, Member, Right};
use whatscrap_users::Login;

use super::refusal::Refusal;
use super::show::{show, value};
use super::typed::{Asked, RoomInPath};
use super::who::Viewer;
use super::{home, row, sidebar};
use crate::Server;
use crate::problem::Problem;
use crate::views::RoomView;

/// So many unread messages still open the newest page, where the first of them is in sight.
const NEAR: u64 = 40;

/// Which part of a room.
#[derive(Default, Deserialize)]
pub(super) struct Place {
    /// Around this message.
    at: Option<u64>,
}

/// Opens a room: joins it if it is public, and shows the first unread message, or the newest, or
/// the one asked for.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    Asked(place): Asked<Place>,
    cookies: Cookies,
) -> Result<Response, Refusal> {
    let member = server.services.rooms.join(room, login.user.id).await?;
    home::remember(&cookies, room);
    page(&server, &login, &member, place.at, "", None).await
}

/// The page of a room, with what was typed into the composer and why it was refused.
pub(super) async fn page(
    server: &Server,
    login: &Login,
    member: &Member,
    at: Option<u64>,
    typed: &str,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let (rooms, messages) = (&server.services.rooms, &server.services.messages);
    // The room's version is read before its messages: what comes between is sent again.
    let mine = rooms.all_mine(member.user()).await?;
    let room = mine.iter().find(|mine| mine.room.id == member.room());
    let room = RoomView::from(room.ok_or(AccessError::NotFound)?.clone());
    let place = match at {
        Some(seq) => PageAt::Around(seq),
        None if room.unread > NEAR => PageAt::Around(room.read_seq + 1),
        None => PageAt::Newest,
    };
    let page = messages.page(member, place, Limit::default()).await?;
    let seen = messages.seen(member).await?;
    let people = rooms.members(member, None, Limit::default()).await?;
    let context = context! {
        epoch => messages.epoch().await?,
        rows => value(row::rows(&page.items, &room, login.user.id, at)),
        has_before => page.has_before,
        has_after => page.has_after,
        at,
        more_members => people.has_after,
        seen => seen_json(&seen),
        members => value(people.items.iter().map(|one| server.roommate(one)).collect::<Vec<_>>()),
        room => value(&room),
        typed,
        client_id => server.ids.next().to_string(),
        moderates => member.may(Right::DeleteOthers),
        body_limit => messages.limits().body_chars,
        edit_ms => messages.limits().edit_window.map(|window| window.as_secs() * 1_000),
        file_limit => server.services.files.limits().file_bytes,
        ..sidebar::inside(login, mine, Some(member.room()))
    };
    Ok(show(server, problem, "pages/room.html", context))
}

/// Up to where the others have read, by their ids, for the page's script.
fn seen_json(seen: &[Seen]) -> String {
    let marks = seen
        .iter()
        .map(|each| (each.user.0.to_string(), each.seq.into()));
    serde_json::Value::Object(marks.collect()).to_string()
}
