use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::{Deserialize, Serialize};
use whatscrap_kernel::Limit;
use whatscrap_rooms::{RoomId, RoomKind, RoomName, Topic};
use whatscrap_users::Login;

use super::home::room_path;
use super::refusal::Refusal;
use super::show::{show, value};
use super::sidebar;
use super::typed::{Asked, Typed};
use super::who::Viewer;
use crate::Server;
use crate::problem::Problem;
use crate::views::RoomView;

/// Which part of the rooms that one could join.
#[derive(Default, Deserialize)]
pub(super) struct Shelf {
    /// Only those named after this one.
    after: Option<String>,
}

/// A room to be made.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct NewRoom {
    name: String,
    topic: String,
    kind: String,
}

/// My rooms, those I could join, and the form of a new one.
pub(super) async fn list(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(shelf): Asked<Shelf>,
) -> Result<Response, Refusal> {
    page(&server, &login, shelf, &NewRoom::default(), None).await
}

/// Makes a room and goes there.
pub(super) async fn create(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(new): Typed<NewRoom>,
) -> Result<Response, Refusal> {
    match make(&server, &login, &new).await {
        Ok(room) => Ok(Redirect::to(&room_path(room)).into_response()),
        Err(problem) => page(&server, &login, Shelf::default(), &new, Some(&problem)).await,
    }
}

async fn make(server: &Server, login: &Login, new: &NewRoom) -> Result<RoomId, Problem> {
    let name = RoomName::parse(&new.name);
    let name = name.map_err(|error| Problem::invalid("name", error.to_string()))?;
    let topic = Topic::parse(&new.topic);
    let topic = topic.map_err(|error| Problem::invalid("topic", error.to_string()))?;
    let kind = if new.kind == "private" {
        RoomKind::Private
    } else {
        RoomKind::Public
    };
    let made = server
        .services
        .rooms
        .create(login.user.id, kind, name, topic)
        .await?;
    Ok(made.room.id)
}

async fn page(
    server: &Server,
    login: &Login,
    shelf: Shelf,
    typed: &NewRoom,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let (rooms, user) = (&server.services.rooms, login.user.id);
    let mine = rooms.all_mine(user).await?;
    let after = shelf.after.map(RoomName::stored);
    let joinable = rooms
        .joinable(user, after.as_ref(), Limit::default())
        .await?;
    let last = joinable.items.last().filter(|_| joinable.has_after);
    let context = context! {
        next_after => last.map(|room| room.name.as_str().to_owned()),
        joinable => value(joinable.items.into_iter().map(RoomView::from).collect::<Vec<_>>()),
        typed => value(typed),
        ..sidebar::inside(login, mine, None)
    };
    Ok(show(server, problem, "pages/rooms.html", context))
}
