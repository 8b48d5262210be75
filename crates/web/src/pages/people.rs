use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::Deserialize;
use uuid::Uuid;
use whatscrap_kernel::Limit;
use whatscrap_users::{Login, UserId};

use super::home::room_path;
use super::refusal::Refusal;
use super::show::{show, value};
use super::sidebar;
use super::typed::{Asked, Typed};
use super::who::Viewer;
use crate::Server;
use crate::conversations;
use crate::problem::Problem;
use crate::views::UserView;

/// Whom one looks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// What their name begins with.
    q: String,
}

/// The people of this server, to begin a conversation with.
pub(super) async fn list(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Refusal> {
    page(&server, &login, &wanted.q, None).await
}

/// Goes to the direct room with these people, each named by a field `user`.
pub(super) async fn start(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(fields): Typed<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let named = fields.iter().filter(|(name, _)| name == "user");
    let users: Result<Vec<_>, _> = named
        .map(|(_, id)| Uuid::parse_str(id).map(UserId))
        .collect();
    let users = users.map_err(|_| Problem::malformed("the form could not be read: try again"))?;
    match conversations::begin(&server, login.user.id, &users).await {
        Ok((mine, _)) => Ok(Redirect::to(&room_path(mine.room.id)).into_response()),
        Err(problem) => page(&server, &login, "", Some(&problem)).await,
    }
}

async fn page(
    server: &Server,
    login: &Login,
    q: &str,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let services = &server.services;
    let mine = services.rooms.all_mine(login.user.id).await?;
    let people = services.users.directory(q, Limit::default()).await?;
    let others = people.iter().filter(|user| user.id != login.user.id);
    let context = context! {
        q,
        people => value(others.map(UserView::from).collect::<Vec<_>>()),
        ..sidebar::inside(login, mine, None)
    };
    Ok(show(server, problem, "pages/people.html", context))
}
