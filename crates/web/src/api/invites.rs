use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_rooms::{Invitation, InviteCode, InviteTerms, RoomId};

use super::body::{Body, Ids};
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::{InviteView, RoomView};

/// Invitations.
#[derive(Serialize, ToSchema)]
pub(super) struct Invites {
    invites: Vec<InviteView>,
}

/// One invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct OneInvite {
    invite: InviteView,
}

/// On which terms.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Terms {
    /// Until when it stands, within a year; 7 days if it is missing.
    #[schema(value_type = Option<String>)]
    expires_at: Option<DateTime<Utc>>,
    /// 1 to 10,000; any number of uses if it is missing.
    max_uses: Option<u32>,
}

impl From<Terms> for InviteTerms {
    fn from(terms: Terms) -> Self {
        Self {
            expires_at: terms.expires_at,
            max_uses: terms.max_uses,
        }
    }
}

/// Invites to a room: every member to a public one, moderators and owners to a private one.
#[utoipa::path(post, path = "/rooms/{room}/invites", params(("room" = Uuid, Path)),
    request_body = Option<Terms>, responses((status = CREATED, body = OneInvite),
    (status = FORBIDDEN, body = Problem), (status = CONFLICT, body = Problem),
    (status = TOO_MANY_REQUESTS, body = Problem)))]
pub(super) async fn create(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    headers: HeaderMap,
    terms: Option<Body<Terms>>,
) -> Result<Response, Problem> {
    let rooms = &server.services.rooms;
    let member = rooms.member(RoomId(room), login.user.id).await?;
    server.limits.invitation(login.user.id)?;
    let made = rooms.invite(&member, said(terms)).await?;
    Ok(created(&server, &headers, &made))
}

/// The open invitations to a room: one's own; for moderators and owners all.
#[utoipa::path(get, path = "/rooms/{room}/invites", params(("room" = Uuid, Path)),
    responses((status = OK, body = Invites), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    headers: HeaderMap,
) -> Result<Json<Invites>, Problem> {
    let rooms = &server.services.rooms;
    let member = rooms.member(RoomId(room), login.user.id).await?;
    let invites = rooms.invitations(&member).await?;
    Ok(Json(all(&server, &headers, &invites)))
}

/// Invites to the server alone.
#[utoipa::path(post, path = "/invites", request_body = Option<Terms>, responses(
    (status = CREATED, body = OneInvite), (status = CONFLICT, body = Problem),
    (status = TOO_MANY_REQUESTS, body = Problem)))]
pub(super) async fn create_for_server(
    State(server): State<Server>,
    Auth(login): Auth,
    headers: HeaderMap,
    terms: Option<Body<Terms>>,
) -> Result<Response, Problem> {
    server.limits.invitation(login.user.id)?;
    let rooms = &server.services.rooms;
    let made = rooms.invite_to_server(login.user.id, said(terms)).await?;
    Ok(created(&server, &headers, &made))
}

/// The open invitations to the server alone: one's own; for its owner and admins all.
#[utoipa::path(get, path = "/invites", responses((status = OK, body = Invites)))]
pub(super) async fn list_for_server(
    State(server): State<Server>,
    Auth(login): Auth,
    headers: HeaderMap,
) -> Result<Json<Invites>, Problem> {
    let invites = server
        .services
        .rooms
        .server_invitations(&login.user)
        .await?;
    Ok(Json(all(&server, &headers, &invites)))
}

/// What an invitation leads to. For whoever has its code, without a login too.
#[utoipa::path(get, path = "/invites/{code}", security(()), params(("code" = String, Path)),
    responses((status = OK, body = OneInvite), (status = NOT_FOUND, body = Problem,
    description = "there is none, or it has ended, is used up or revoked")))]
pub(super) async fn show(
    State(server): State<Server>,
    Ids(code): Ids<String>,
    headers: HeaderMap,
) -> Result<Json<OneInvite>, Problem> {
    let found = server.services.rooms.invitation(&named(&code)?).await?;
    let (shown, is_open) = found.ok_or_else(Problem::not_found)?;
    if !is_open {
        return Err(Problem::not_found());
    }
    let invite = InviteView::new(&shown, &origin(&server, &headers));
    Ok(Json(OneInvite { invite }))
}

/// Ends an invitation: for who made it, for moderators and owners of its room, and for the
/// server's owner and admins if it leads to the server alone.
#[utoipa::path(delete, path = "/invites/{code}", params(("code" = String, Path)),
    responses((status = NO_CONTENT), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn revoke(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(code): Ids<String>,
) -> Result<StatusCode, Problem> {
    let rooms = &server.services.rooms;
    if rooms.revoke(&named(&code)?, &login.user).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}

/// Where an invitation led.
#[derive(Serialize, ToSchema)]
pub(super) struct CameIn {
    /// `null` for an invitation to the server alone.
    room: Option<RoomView>,
}

/// Comes in by an invitation. Who is in already uses nothing up.
#[utoipa::path(post, path = "/invites/{code}/accept", params(("code" = String, Path)),
    responses((status = OK, body = CameIn), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn accept(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(code): Ids<String>,
) -> Result<Json<CameIn>, Problem> {
    let rooms = &server.services.rooms;
    let accepted = rooms.accept(&named(&code)?, login.user.id).await?;
    let room = match accepted.room {
        Some(room) => {
            let member = rooms.member(room, login.user.id).await?;
            Some(rooms.mine(&member).await?.into())
        }
        None => None,
    };
    Ok(Json(CameIn { room }))
}

fn said(terms: Option<Body<Terms>>) -> InviteTerms {
    terms.map_or_else(InviteTerms::default, |Body(terms)| terms.into())
}

/// What is no code names no invitation.
fn named(code: &str) -> Result<InviteCode, Problem> {
    InviteCode::parse(code).ok_or_else(Problem::not_found)
}

fn origin(server: &Server, headers: &HeaderMap) -> String {
    server.config.origin(headers).unwrap_or_default()
}

fn all(server: &Server, headers: &HeaderMap, invites: &[Invitation]) -> Invites {
    let origin = origin(server, headers);
    let invites = invites.iter();
    Invites {
        invites: invites
            .map(|shown| InviteView::new(shown, &origin))
            .collect(),
    }
}

fn created(server: &Server, headers: &HeaderMap, made: &Invitation) -> Response {
    let invite = InviteView::new(made, &origin(server, headers));
    (StatusCode::CREATED, Json(OneInvite { invite })).into_response()
}
