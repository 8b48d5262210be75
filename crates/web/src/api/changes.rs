use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::MessageId;
use whatscrap_rooms::{Member, RoomId};
use whatscrap_users::Login;

use super::body::{Body, Ids, NotYours};
use super::messages::OneMessage;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::timestamp;

/// What a message is to say.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewBody {
    /// 1 to 4,000 characters after trimming.
    body: String,
    #[serde(
        default,
        rename = "author",
        alias = "seq",
        alias = "version",
        alias = "edited_at"
    )]
    #[schema(ignore)]
    _facts: NotYours,
}

/// Has one's own message say something else. Saying the same again changes nothing.
#[utoipa::path(patch, path = "/rooms/{room}/messages/{id}",
    params(("room" = Uuid, Path), ("id" = Uuid, Path)), request_body = NewBody, responses(
    (status = OK, body = OneMessage),
    (status = FORBIDDEN, body = Problem, description = "`forbidden`, `edit_window_over`"),
    (status = CONFLICT, body = Problem, description = "`deleted`, `archived`"),
))]
pub(super) async fn edit(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, id)): Ids<(Uuid, Uuid)>,
    Body(new): Body<NewBody>,
) -> Result<Json<OneMessage>, Problem> {
    let member = changing(&server, &login, room).await?;
    let messages = &server.services.messages;
    let edited = messages.edit(&member, MessageId(id), &new.body).await?;
    Ok(Json(OneMessage::from(&*edited)))
}

/// Deletes a message. Its place remains, and nothing of what it said.
#[utoipa::path(delete, path = "/rooms/{room}/messages/{id}",
    params(("room" = Uuid, Path), ("id" = Uuid, Path)), responses(
    (status = OK, body = OneMessage),
    (status = FORBIDDEN, body = Problem, description = "`forbidden`, `edit_window_over`"),
    (status = CONFLICT, body = Problem, description = "`archived`"),
))]
pub(super) async fn delete(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, id)): Ids<(Uuid, Uuid)>,
) -> Result<Json<OneMessage>, Problem> {
    let member = changing(&server, &login, room).await?;
    let deleted = server.services.messages.delete(&member, MessageId(id));
    Ok(Json(OneMessage::from(&*deleted.await?)))
}

/// Reacts to a message with one emoji, percent-encoded in the path.
#[utoipa::path(put, path = "/rooms/{room}/messages/{id}/reactions/{emoji}",
    params(("room" = Uuid, Path), ("id" = Uuid, Path), ("emoji" = String, Path)), responses(
    (status = OK, body = OneMessage),
    (status = CONFLICT, body = Problem, description = "`too_many_reactions`, `deleted`, `archived`"),
))]
pub(super) async fn react(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, id, emoji)): Ids<(Uuid, Uuid, String)>,
) -> Result<Json<OneMessage>, Problem> {
    set_reaction(&server, &login, (room, id), &emoji, true).await
}

/// Takes a reaction back.
#[utoipa::path(delete, path = "/rooms/{room}/messages/{id}/reactions/{emoji}",
    params(("room" = Uuid, Path), ("id" = Uuid, Path), ("emoji" = String, Path)),
    responses((status = OK, body = OneMessage)))]
pub(super) async fn unreact(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, id, emoji)): Ids<(Uuid, Uuid, String)>,
) -> Result<Json<OneMessage>, Problem> {
    set_reaction(&server, &login, (room, id), &emoji, false).await
}

async fn set_reaction(
    server: &Server,
    login: &Login,
    (room, id): (Uuid, Uuid),
    emoji: &str,
    on: bool,
) -> Result<Json<OneMessage>, Problem> {
    let member = changing(server, login, room).await?;
    let messages = &server.services.messages;
    let reacted = messages.react(&member, MessageId(id), emoji, on).await?;
    Ok(Json(OneMessage::from(&*reacted)))
}

/// Changes are counted as posts are.
async fn changing(server: &Server, login: &Login, room: Uuid) -> Result<Member, Problem> {
    server.limits.post(login.user.id)?;
    let member = server.services.rooms.member(RoomId(room), login.user.id);
    Ok(member.await?)
}

/// What a message said before it was edited.
#[derive(Serialize, ToSchema)]
pub(super) struct Edits {
    /// The earliest first; the latest 100.
    edits: Vec<EditView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Edit)]
pub(super) struct EditView {
    /// What it said, as plain text.
    body: String,
    /// Since when it said so: of the first, when it was posted.
    #[serde(serialize_with = "timestamp")]
    #[schema(value_type = String)]
    edited_at: Time,
}

/// What a message said before, for its author, and for those who keep order.
#[utoipa::path(get, path = "/rooms/{room}/messages/{id}/edits",
    params(("room" = Uuid, Path), ("id" = Uuid, Path)),
    responses((status = OK, body = Edits), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn edits(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, id)): Ids<(Uuid, Uuid)>,
) -> Result<Json<Edits>, Problem> {
    let member = server.services.rooms.member(RoomId(room), login.user.id);
    let member = member.await?;
    let edits = server
        .services
        .messages
        .edits(&member, MessageId(id))
        .await?;
    let edits = edits.into_iter().map(|edit| EditView {
        body: edit.body.as_str().to_owned(),
        edited_at: edit.said_at,
    });
    Ok(Json(Edits {
        edits: edits.collect(),
    }))
}
