use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_kernel::{Limit, LimitError};
use whatscrap_messages::ReadMark;
use whatscrap_rooms::{
    AccessError, NotificationLevel, RoomChange, RoomId, RoomKind, RoomName, Topic,
};
use whatscrap_users::UserId;

use super::body::{Body, Ids, Params};
use crate::Server;
use crate::auth::Auth;
use crate::conversations;
use crate::problem::Problem;
use crate::views::RoomView;

/// Rooms.
#[derive(Serialize, ToSchema)]
pub(super) struct Rooms {
    pub(super) rooms: Vec<RoomView>,
    /// Whether there are more after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) more: Option<bool>,
}

/// One room.
#[derive(Serialize, ToSchema)]
pub(crate) struct OneRoom {
    pub(crate) room: RoomView,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Which {
    /// `mine` (the default): the rooms I am in. `public`: those I could join.
    scope: Option<Scope>,
    /// Of `public`: only rooms named after this one.
    after: Option<String>,
    /// Of `public`: 1 to 200, 50 by default.
    limit: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Scope {
    Mine,
    Public,
}

/// My rooms, or those I could join, by name.
#[utoipa::path(get, path = "/rooms", params(Which), responses((status = OK, body = Rooms)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(login): Auth,
    Params(which): Params<Which>,
) -> Result<Json<Rooms>, Problem> {
    let rooms = &server.services.rooms;
    let Some(Scope::Public) = which.scope else {
        let mine = rooms.all_mine(login.user.id).await?;
        return Ok(Json(Rooms {
            rooms: mine.into_iter().map(RoomView::from).collect(),
            more: None,
        }));
    };
    let after = which.after.map(RoomName::stored);
    let page = rooms
        .joinable(login.user.id, after.as_ref(), limit(which.limit)?)
        .await?;
    let rooms = page.items.into_iter().map(RoomView::from).collect();
    Ok(Json(Rooms {
        rooms,
        more: Some(page.has_after),
    }))
}

/// A room to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewRoom {
    /// 1 to 80 characters, unique among public rooms.
    name: String,
    kind: Option<Kind>,
    /// Up to 250 characters.
    #[serde(default)]
    topic: String,
}

/// Who may find it.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Public,
    Private,
}

impl From<Kind> for RoomKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Public => Self::Public,
            Kind::Private => Self::Private,
        }
    }
}

/// Makes a room that I own.
#[utoipa::path(post, path = "/rooms", request_body = NewRoom, responses(
    (status = CREATED, body = OneRoom),
    (status = CONFLICT, body = Problem, description = "`name_taken`"),
))]
pub(super) async fn create(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(new): Body<NewRoom>,
) -> Result<Response, Problem> {
    let name = parse_name(&new.name)?;
    let topic = parse_topic(&new.topic)?;
    let kind = new.kind.unwrap_or(Kind::Public).into();
    let room = server
        .services
        .rooms
        .create(login.user.id, kind, name, topic)
        .await?;
    Ok((StatusCode::CREATED, Json(OneRoom { room: room.into() })).into_response())
}

/// The people of a direct room.
#[derive(Deserialize, ToSchema)]
pub(super) struct Direct {
    /// Their ids; oneself may be among them. Only oneself, or nobody: the room for one's notes.
    users: Vec<Uuid>,
}

/// The one room of exactly these people and me; made if we have none.
#[utoipa::path(post, path = "/rooms/direct", request_body = Direct, responses(
    (status = OK, body = OneRoom),
    (status = CREATED, body = OneRoom),
    (status = UNPROCESSABLE_ENTITY, body = Problem, description = "too many, or nobody of that id"),
    (status = TOO_MANY_REQUESTS, body = Problem, description = "too many new ones"),
))]
pub(super) async fn direct(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(Direct { users }): Body<Direct>,
) -> Result<Response, Problem> {
    let users: Vec<_> = users.into_iter().map(UserId).collect();
    let (room, is_new) = conversations::begin(&server, login.user.id, &users).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(OneRoom { room: room.into() })).into_response())
}

/// A room I am in, or a public one to look at.
#[utoipa::path(get, path = "/rooms/{room}", params(("room" = Uuid, Path)),
    responses((status = OK, body = OneRoom), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn show(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
) -> Result<Json<OneRoom>, Problem> {
    let rooms = &server.services.rooms;
    let room = match rooms.member(RoomId(room), login.user.id).await {
        Ok(member) => rooms.mine(&member).await?.into(),
        Err(AccessError::NotAMember) => rooms.public(RoomId(room)).await?.into(),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(OneRoom { room }))
}

/// What is to change; a field that is missing stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct Change {
    name: Option<String>,
    topic: Option<String>,
}

/// Changes name and topic. For moderators and the owner.
#[utoipa::path(patch, path = "/rooms/{room}", params(("room" = Uuid, Path)), request_body = Change,
    responses((status = OK, body = OneRoom), (status = CONFLICT, body = Problem)))]
pub(super) async fn change(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Body(change): Body<Change>,
) -> Result<Json<OneRoom>, Problem> {
    let rooms = &server.services.rooms;
    let member = rooms.member(RoomId(room), login.user.id).await?;
    let change = RoomChange {
        name: change.name.as_deref().map(parse_name).transpose()?,
        topic: change.topic.as_deref().map(parse_topic).transpose()?,
    };
    rooms.change(&member, &change).await?;
    Ok(Json(OneRoom {
        room: rooms.mine(&member).await?.into(),
    }))
}

/// Archives a room: it can be read but not written. For its owner.
#[utoipa::path(delete, path = "/rooms/{room}", params(("room" = Uuid, Path)),
    responses((status = NO_CONTENT), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn archive(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
) -> Result<StatusCode, Problem> {
    let member = server
        .services
        .rooms
        .member(RoomId(room), login.user.id)
        .await?;
    server.services.rooms.archive(&member).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far I have read.
#[derive(Deserialize, ToSchema)]
pub(super) struct Mark {
    seq: u64,
    /// Makes `read_seq` exactly `seq`, also backwards.
    #[serde(default)]
    unread: bool,
}

/// Moves my read pointer: only forward, unless `unread` is set.
#[utoipa::path(put, path = "/rooms/{room}/read", params(("room" = Uuid, Path)), request_body = Mark,
    responses((status = OK, body = OneRoom)))]
pub(super) async fn mark_read(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Body(mark): Body<Mark>,
) -> Result<Json<OneRoom>, Problem> {
    let member = server
        .services
        .rooms
        .member(RoomId(room), login.user.id)
        .await?;
    let mark = if mark.unread {
        ReadMark::Exactly(mark.seq)
    } else {
        ReadMark::Forward(mark.seq)
    };
    let moved = server.services.messages.mark_read(&member, mark).await?;
    moved.ok_or_else(Problem::not_found)?;
    Ok(Json(OneRoom {
        room: server.services.rooms.mine(&member).await?.into(),
    }))
}

/// What I want to be told of.
#[derive(Deserialize, ToSchema)]
pub(super) struct Notifications {
    level: Level,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Level {
    /// As of every room: what the preferences say, and everything of direct rooms.
    Usual,
    All,
    Mentions,
    Nothing,
}

/// Says what I want to be told of in this room.
#[utoipa::path(put, path = "/rooms/{room}/notifications", params(("room" = Uuid, Path)),
    request_body = Notifications, responses((status = OK, body = OneRoom)))]
pub(super) async fn set_notifications(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Body(Notifications { level }): Body<Notifications>,
) -> Result<Json<OneRoom>, Problem> {
    let rooms = &server.services.rooms;
    let member = rooms.member(RoomId(room), login.user.id).await?;
    let level = match level {
        Level::Usual => None,
        Level::All => Some(NotificationLevel::All),
        Level::Mentions => Some(NotificationLevel::Mentions),
        Level::Nothing => Some(NotificationLevel::Nothing),
    };
    rooms.set_notifications(&member, level).await?;
    Ok(Json(OneRoom {
        room: rooms.mine(&member).await?.into(),
    }))
}

pub(crate) fn parse_name(name: &str) -> Result<RoomName, Problem> {
    RoomName::parse(name).map_err(|error| Problem::invalid("name", error.to_string()))
}

pub(crate) fn parse_topic(topic: &str) -> Result<Topic, Problem> {
    Topic::parse(topic).map_err(|error| Problem::invalid("topic", error.to_string()))
}

/// The asked length of a page, or the usual one.
pub(super) fn limit(limit: Option<u32>) -> Result<Limit, Problem> {
    limit
        .map_or(Ok(Limit::default()), Limit::parse)
        .map_err(|error: LimitError| Problem::invalid("limit", error.to_string()))
}
