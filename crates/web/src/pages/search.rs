use std::collections::HashMap;

use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use whatscrap_kernel::Limit;
use whatscrap_messages::MessageId;
use whatscrap_messages::search::{Found, Hit};
use whatscrap_rooms::RoomId;

use super::refusal::Refusal;
use super::show::{show, value};
use super::sidebar;
use super::typed::Asked;
use super::who::Viewer;
use crate::Server;
use crate::api::search::parse;
use crate::problem::Problem;
use crate::views::{MessageView, RoomView};

/// How many hits a page shows.
const HITS: u32 = 25;

/// What is looked for: the address is the query.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    /// Only in this room.
    room: Option<Uuid>,
    /// Only what is older than this message.
    past: Option<Uuid>,
}

/// A message that was found, and where.
#[derive(Serialize)]
struct HitRow {
    message: MessageView,
    room: RoomView,
    /// `[[text, whether it was looked for]]`
    parts: Vec<(String, bool)>,
}

/// What was said, in the rooms I am in. It marks nothing as read.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Refusal> {
    let services = &server.services;
    let user = login.user.id;
    let looked = async || {
        if wanted.q.trim().is_empty() {
            return Ok(None);
        }
        let mut query = parse(&wanted.q)?;
        query.room = wanted.room.map(RoomId);
        server.limits.search(user)?;
        let limit = Limit::parse(HITS).unwrap_or_default();
        let past = wanted.past.map(MessageId);
        let found = services.search.search(user, &query, past, limit).await?;
        Ok::<_, Problem>(Some(found))
    };
    let (found, problem) = match looked().await {
        Ok(found) => (found, None),
        Err(problem) => (None, Some(problem)),
    };
    let mine = services.rooms.all_mine(user).await?;
    let hits = found.as_ref().map(|found| {
        let rooms: HashMap<_, _> = mine.iter().map(|mine| (mine.room.id, mine)).collect();
        let row = |hit: &Hit| {
            let parts = hit.snippet.0.iter();
            Some(HitRow {
                message: MessageView::from(&hit.message),
                room: RoomView::from((*rooms.get(&hit.message.room)?).clone()),
                parts: parts
                    .map(|part| (part.text.clone(), part.is_found))
                    .collect(),
            })
        };
        value(found.hits.iter().filter_map(row).collect::<Vec<_>>())
    });
    let next = found.as_ref().and_then(|Found { more, .. }| *more);
    let context = context! {
        view => "search",
        q => wanted.q,
        hits,
        only_in => mine.iter().find(|mine| Some(mine.room.id.0) == wanted.room)
            .map(|mine| value(RoomView::from(mine.clone()))),
        is_later => wanted.past.is_some(),
        next_past => next.map(|message| message.0.to_string()),
        ..sidebar::inside(&login, mine, None)
    };
    Ok(show(
        &server,
        problem.as_ref(),
        "pages/search.html",
        context,
    ))
}
