use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_messages::{MessageId, ReadMark};
use whatscrap_users::UserId;

use super::body::Params;
use super::rooms::{Rooms, limit};
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::{MessageView, RoomView};

/// What names me, the newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct MentionPage {
    messages: Vec<MessageView>,
    /// Whether there is more before the last.
    more: bool,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Which {
    /// Only messages before this one, by its id.
    before: Option<Uuid>,
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

/// What others said that names me, or calls me, in the rooms I am in; the newest first.
#[utoipa::path(get, path = "/me/mentions", params(Which), responses((status = OK, body = MentionPage)))]
pub(super) async fn mentions(
    State(server): State<Server>,
    Auth(login): Auth,
    Params(which): Params<Which>,
) -> Result<Json<MentionPage>, Problem> {
    let (user, before) = (login.user.id, which.before.map(MessageId));
    let messages = &server.services.messages;
    let page = messages.mentions(user, before, limit(which.limit)?).await?;
    Ok(Json(MentionPage {
        messages: page.items.iter().map(MessageView::from).collect(),
        more: page.has_after,
    }))
}

/// Marks every room as read, up to its newest message, and returns my rooms as they stand then.
#[utoipa::path(put, path = "/me/read", responses((status = OK, body = Rooms)))]
pub(super) async fn mark_all(
    State(server): State<Server>,
    Auth(login): Auth,
) -> Result<Json<Rooms>, Problem> {
    mark_all_read(&server, login.user.id).await?;
    let mine = server.services.rooms.all_mine(login.user.id).await?;
    Ok(Json(Rooms {
        rooms: mine.into_iter().map(RoomView::from).collect(),
        more: None,
    }))
}

/// Each room by itself: what comes into one meanwhile stays unread.
pub(crate) async fn mark_all_read(server: &Server, user: UserId) -> Result<(), Problem> {
    let services = &server.services;
    for (member, head) in services.rooms.memberships(user).await? {
        if head.read_seq < head.seq {
            let mark = ReadMark::Forward(head.seq);
            services.messages.mark_read(&member, mark).await?;
        }
    }
    Ok(())
}
