//! The page about a room: who is in, who may come, what it is called. A form each.

mod page;
mod wish;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use whatscrap_rooms::Member;

use self::page::{Part, page};
use self::wish::{Wish, grant};
use super::home::room_path;
use super::refusal::Refusal;
use super::typed::{Asked, RoomInPath, Typed};
use super::who::Viewer;
use crate::Server;

/// Shows it.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    headers: HeaderMap,
    Asked(part): Asked<Part>,
) -> Result<Response, Refusal> {
    let member = server.services.rooms.member(room, login.user.id).await?;
    page(&server, &login, &member, &headers, &part, None).await
}

/// Does what a form asks, and shows the page again.
pub(super) async fn act(
    State(server): State<Server>,
    Viewer(login): Viewer,
    RoomInPath(room): RoomInPath,
    headers: HeaderMap,
    Asked(part): Asked<Part>,
    RawQuery(query): RawQuery,
    Typed(wish): Typed<Wish>,
) -> Result<Response, Refusal> {
    let member = server.services.rooms.member(room, login.user.id).await?;
    match grant(&server, &login, &member, &wish).await {
        Ok(()) if wish.leaves() => Ok(Redirect::to("/chat/rooms").into_response()),
        Ok(()) => Ok(Redirect::to(&back(&member, query.as_deref(), &wish)).into_response()),
        Err(problem) => page(&server, &login, &member, &headers, &part, Some(&problem)).await,
    }
}

/// The page where one was, at what one did.
fn back(member: &Member, query: Option<&str>, wish: &Wish) -> String {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let (room, section) = (room_path(member.room()), wish.section());
    format!("{room}/about{query}#{section}")
}
