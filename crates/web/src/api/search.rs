use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::MessageId;
use whatscrap_messages::search::SearchQuery;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::body::Params;
use super::rooms::limit;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::{MessageView, RoomView};

/// What was found, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundPage {
    hits: Vec<HitView>,
    /// Whether there is more.
    more: bool,
    /// What `past` is for the next page, if there is more.
    next: Option<Uuid>,
}

/// A message that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = Hit)]
struct HitView {
    message: MessageView,
    room: RoomView,
    /// The part of the body in which it was found, with what matches between `[[` and `]]`.
    snippet: String,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Asked {
    /// Words and `"phrases"`, `word*`, and the filters `from:`, `in:`, `before:`, `after:`,
    /// `has:file`, `has:link`.
    #[serde(default)]
    q: String,
    /// Only in this room.
    room: Option<Uuid>,
    /// Only by this person.
    from: Option<Uuid>,
    /// Only what was said before this moment.
    #[param(value_type = Option<String>)]
    before: Option<Time>,
    /// Only what was said from this moment on.
    #[param(value_type = Option<String>)]
    after: Option<Time>,
    /// Only what is older than this message, which was the last of the page before.
    past: Option<Uuid>,
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

impl Asked {
    fn query(&self) -> Result<SearchQuery, Problem> {
        let narrows = self.room.is_some() || self.from.is_some();
        let narrows = narrows || self.before.is_some() || self.after.is_some();
        // Only a blank `q` leaves it to them: signs alone find nothing.
        let mut query = if narrows && self.q.trim().is_empty() {
            SearchQuery::default()
        } else {
            parse(&self.q)?
        };
        query.room = self.room.map(RoomId);
        query.author = self.from.map(UserId);
        query.before = query.before.into_iter().chain(self.before).min();
        query.after = query.after.max(self.after);
        Ok(query)
    }
}

/// Reads what was typed into a search.
pub(crate) fn parse(q: &str) -> Result<SearchQuery, Problem> {
    SearchQuery::parse(q).map_err(|error| Problem::invalid("q", error.to_string()))
}

/// Finds messages in the rooms I am in; the newest first.
#[utoipa::path(get, path = "/search", params(Asked), responses((status = OK, body = FoundPage)))]
pub(super) async fn search(
    State(server): State<Server>,
    Auth(login): Auth,
    Params(asked): Params<Asked>,
) -> Result<Json<FoundPage>, Problem> {
    let user = login.user.id;
    let (query, limit) = (asked.query()?, limit(asked.limit)?);
    server.limits.search(user)?;
    let services = &server.services;
    let past = asked.past.map(MessageId);
    let found = services.search.search(user, &query, past, limit).await?;
    let mine = services.rooms.all_mine(user).await?;
    let rooms: HashMap<_, _> = mine.into_iter().map(|mine| (mine.room.id, mine)).collect();
    let hits = found.hits.iter().filter_map(|hit| {
        Some(HitView {
            message: MessageView::from(&hit.message),
            room: RoomView::from(rooms.get(&hit.message.room)?.clone()),
            snippet: hit.snippet.marked(),
        })
    });
    Ok(Json(FoundPage {
        hits: hits.collect(),
        more: found.more.is_some(),
        next: found.more.map(|message| message.0),
    }))
}
