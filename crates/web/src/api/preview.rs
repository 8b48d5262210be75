use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_rooms::RoomId;

use super::body::{Body, Ids};
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;

/// What might be posted.
#[derive(Deserialize, ToSchema)]
pub(super) struct Text {
    /// 1 to 4,000 characters after trimming.
    body: String,
}

/// What it would show.
#[derive(Serialize, ToSchema)]
pub(super) struct Preview {
    /// HTML that is safe to show. Names are words in it: whom they name is seen by posting.
    html: String,
}

/// Shows a body as a message would, without posting it.
#[utoipa::path(post, path = "/rooms/{room}/preview", params(("room" = Uuid, Path)),
    request_body = Text, responses((status = OK, body = Preview),
    (status = FORBIDDEN, body = Problem), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn preview(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Body(text): Body<Text>,
) -> Result<Json<Preview>, Problem> {
    let member = server
        .services
        .rooms
        .member(RoomId(room), login.user.id)
        .await?;
    server.limits.preview(login.user.id)?;
    let html = server.services.messages.preview(&member, &text.body)?;
    Ok(Json(Preview { html }))
}
