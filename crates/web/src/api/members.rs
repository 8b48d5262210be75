use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_rooms::{Member, Role, RoomId, Roommate};
use whatscrap_users::UserId;

use super::body::{Body, Ids, Params};
use super::rooms::limit;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::RoommateView;

/// The people in a room.
#[derive(Serialize, ToSchema)]
pub(super) struct Members {
    members: Vec<RoommateView>,
    /// Whether there are more after the last.
    more: bool,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Which {
    /// Only members whose username or display name begins so: one page of them.
    q: Option<String>,
    /// Only members after this one, by their user id.
    after: Option<Uuid>,
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

/// The members of a room, by username.
#[utoipa::path(get, path = "/rooms/{room}/members", params(("room" = Uuid, Path), Which),
    responses((status = OK, body = Members), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Params(which): Params<Which>,
) -> Result<Json<Members>, Problem> {
    let rooms = &server.services.rooms;
    let member = rooms.member(RoomId(room), login.user.id).await?;
    let limit = limit(which.limit)?;
    if let Some(q) = &which.q {
        let called = rooms.members_called(&member, q, limit).await?;
        return Ok(Json(Members {
            members: called.iter().map(|one| server.roommate(one)).collect(),
            more: false,
        }));
    }
    let page = rooms
        .members(&member, which.after.map(UserId), limit)
        .await?;
    let seen = server.services.messages.seen(&member).await?;
    let with_mark = |roommate: &Roommate| {
        let mark = seen.iter().find(|mark| mark.user == roommate.user.id);
        RoommateView {
            read_seq: mark.map(|mark| mark.seq),
            ..server.roommate(roommate)
        }
    };
    Ok(Json(Members {
        members: page.items.iter().map(with_mark).collect(),
        more: page.has_after,
    }))
}

/// As what someone comes in.
#[derive(Default, Deserialize, ToSchema)]
pub(super) struct Place {
    role: Option<RoleName>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RoleName {
    Owner,
    Moderator,
    Member,
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Owner => Self::Owner,
            RoleName::Moderator => Self::Moderator,
            RoleName::Member => Self::Member,
        }
    }
}

/// Joins (`me`), adds someone, or gives a member another role.
#[utoipa::path(put, path = "/rooms/{room}/members/{user}",
    params(("room" = Uuid, Path), ("user" = String, Path, description = "a user's id, or `me`")),
    request_body = Option<Place>, responses((status = NO_CONTENT), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn put(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, who)): Ids<(Uuid, String)>,
    body: Option<Body<Place>>,
) -> Result<StatusCode, Problem> {
    let rooms = &server.services.rooms;
    let (room, me) = (RoomId(room), login.user.id);
    let user = named(&who, me)?;
    let role = body.and_then(|Body(place)| place.role).map(Role::from);
    if user == me && role.is_none() {
        rooms.join(room, me).await?;
    } else {
        let member = rooms.member(room, me).await?;
        rooms.add(&member, user, role).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Leaves (`me`), or puts someone out.
#[utoipa::path(delete, path = "/rooms/{room}/members/{user}",
    params(("room" = Uuid, Path), ("user" = String, Path, description = "a user's id, or `me`")),
    responses((status = NO_CONTENT), (status = CONFLICT, body = Problem, description = "`last_owner`")))]
pub(super) async fn remove(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((room, who)): Ids<(Uuid, String)>,
) -> Result<StatusCode, Problem> {
    let rooms = &server.services.rooms;
    let user = named(&who, login.user.id)?;
    let member: Member = rooms.member(RoomId(room), login.user.id).await?;
    if user == login.user.id {
        rooms.leave(&member).await?;
    } else {
        rooms.remove(&member, user).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn named(who: &str, me: UserId) -> Result<UserId, Problem> {
    if who == "me" {
        Ok(me)
    } else {
        who.parse().map_err(|_| Problem::not_found())
    }
}
