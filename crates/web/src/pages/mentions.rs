use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use whatscrap_kernel::Limit;
use whatscrap_messages::MessageId;

use super::refusal::Refusal;
use super::row::{Row, row};
use super::show::{show, value};
use super::sidebar;
use super::typed::Asked;
use super::who::Viewer;
use crate::Server;
use crate::views::RoomView;

/// Which part of what names one.
#[derive(Default, Deserialize)]
pub(super) struct Shelf {
    /// Only what was said before this message.
    before: Option<Uuid>,
}

/// A message that names one, and where.
#[derive(Serialize)]
struct Found {
    room: RoomView,
    row: Row,
}

/// What names me, the newest first.
pub(super) async fn list(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(shelf): Asked<Shelf>,
) -> Result<Response, Refusal> {
    let (services, user) = (&server.services, login.user.id);
    let before = shelf.before.map(MessageId);
    let page = services.messages.mentions(user, before, Limit::default());
    let page = page.await?;
    let mine = services.rooms.all_mine(user).await?;
    let rooms: HashMap<_, _> = mine.iter().map(|mine| (mine.room.id, mine)).collect();
    let found = page.items.iter().filter_map(|message| {
        Some(Found {
            room: RoomView::from((*rooms.get(&message.room)?).clone()),
            row: row(message, user),
        })
    });
    let found: Vec<_> = found.collect();
    let next = page.items.last().filter(|_| page.has_after);
    let context = context! {
        view => "mentions",
        found => value(found),
        next_before => next.map(|last| last.id.0.to_string()),
        ..sidebar::inside(&login, mine, None)
    };
    Ok(show(&server, None, "pages/mentions.html", context))
}
