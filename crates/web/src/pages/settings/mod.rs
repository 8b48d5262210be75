//! What people set for themselves: `layouts/settings.html` frames each part.

mod appearance;
mod devices;
mod invitations;
mod password;
mod profile;
mod workspace;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use minijinja::{Value, context};
use serde::Deserialize;
use whatscrap_users::Login;

use super::refusal::Refusal;
use super::show::show;
use super::sidebar;
use crate::Server;
use crate::problem::Problem;

/// Serves them.
pub(super) fn routes() -> Router<Server> {
    Router::new()
        .route("/settings", get(async || Redirect::to("/settings/profile")))
        .route("/settings/profile", get(profile::open).post(profile::save))
        .route("/settings/avatar", post(profile::set_picture))
        .route("/settings/avatar/remove", post(profile::remove_picture))
        .route(
            "/settings/password",
            get(password::open).post(password::change),
        )
        .route("/settings/devices", get(devices::open).post(devices::end))
        .route("/settings/tokens", post(devices::make_token))
        .route(
            "/settings/appearance",
            get(appearance::open).post(appearance::save),
        )
        .route(
            "/settings/invitations",
            get(invitations::open).post(invitations::act),
        )
        .route(
            "/settings/workspace",
            get(workspace::open).post(workspace::save),
        )
}

/// What a page says of what was just done.
#[derive(Default, Deserialize)]
pub(super) struct Told {
    /// Whether it was done.
    saved: Option<String>,
}

/// A part of the settings, by the name that its address, its template and its link have.
pub(super) async fn page(
    server: &Server,
    login: &Login,
    section: &str,
    problem: Option<&Problem>,
    inside: Value,
) -> Result<Response, Refusal> {
    let mine = server.services.rooms.all_mine(login.user.id).await?;
    let context = context! {
        section,
        ..context! { ..inside, ..sidebar::inside(login, mine, None) }
    };
    let template = format!("pages/settings/{section}.html");
    Ok(show(server, problem, &template, context))
}

/// Back to a part, which then says that it is done.
fn done(section: &str) -> Response {
    Redirect::to(&format!("/settings/{section}?saved")).into_response()
}
