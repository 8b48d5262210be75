use axum::extract::State;
use axum::response::Redirect;
use tower_cookies::cookie::SameSite;
use tower_cookies::cookie::time::Duration;
use tower_cookies::{Cookie, Cookies};
use uuid::Uuid;
use whatscrap_rooms::RoomId;

use super::refusal::Refusal;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;

/// Remembers, in the browser, which room was open last.
const LAST_ROOM: &str = "last_room";
const REMEMBERED: Duration = Duration::days(365);

/// To the last room; to the login page, or to the setup page, if that has to come first.
pub(super) async fn go(
    State(server): State<Server>,
    auth: Result<Auth, Problem>,
    cookies: Cookies,
) -> Result<Redirect, Refusal> {
    if !server.services.users.founded().await? {
        return Ok(Redirect::to("/setup"));
    }
    let Ok(Auth(login)) = auth else {
        return Ok(Redirect::to("/auth/login"));
    };
    let last = cookies
        .get(LAST_ROOM)
        .and_then(|cookie| Uuid::parse_str(cookie.value()).ok());
    if let Some(room) = last
        && server
            .services
            .rooms
            .member(RoomId(room), login.user.id)
            .await
            .is_ok()
    {
        return Ok(Redirect::to(&room_path(RoomId(room))));
    }
    Ok(Redirect::to("/chat/rooms"))
}

/// Has the browser come back to this room.
pub(super) fn remember(cookies: &Cookies, room: RoomId) {
    let cookie = Cookie::build((LAST_ROOM, room.0.to_string()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(REMEMBERED);
    cookies.add(cookie.build());
}

/// The page of a room.
pub(super) fn room_path(room: RoomId) -> String {
    format!("/chat/room/{}", room.0)
}
