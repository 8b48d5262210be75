//! The pages: what people see in a browser. All of it works without JavaScript.

mod about;
mod accounts;
mod catch_up;
mod home;
mod invitations;
mod invite;
mod mentions;
mod next;
mod notifications;
mod people;
mod posting;
mod refusal;
#[cfg(test)]
mod rendering;
mod room;
mod rooms;
mod row;
#[cfg(test)]
mod samples;
mod search;
mod settings;
mod show;
mod sidebar;
mod typed;
mod who;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use minijinja::context;

use crate::Server;
use crate::problem::Problem;

/// Serves them. A handler's refusal is turned into a page by [`refusal::show_refusals`].
pub(crate) fn routes(server: &Server) -> Router<Server> {
    let refusals = axum::middleware::from_fn_with_state(server.clone(), refusal::show_refusals);
    Router::new()
        .route("/", get(home::go))
        .route("/setup", get(accounts::setup_form).post(accounts::set_up))
        .route(
            "/auth/register",
            get(accounts::register_form).post(accounts::register),
        )
        .route(
            "/auth/login",
            get(accounts::login_form).post(accounts::log_in),
        )
        .route("/auth/logout", post(accounts::log_out))
        .route("/offline", get(offline))
        .route("/chat/rooms", get(rooms::list))
        .route(
            "/chat/create-room",
            get(async || Redirect::to("/chat/rooms")).post(rooms::create),
        )
        .route("/chat/people", get(people::list))
        .route(
            "/chat/direct",
            get(async || Redirect::to("/chat/people")).post(people::start),
        )
        .route("/chat/mentions", get(mentions::list))
        .route("/chat/search", get(search::open))
        .route(
            "/chat/unread",
            get(catch_up::show_unread).post(catch_up::read_all),
        )
        .route("/chat/room/{room}", get(room::open))
        .route("/chat/room/{room}/about", get(about::open).post(about::act))
        .route("/invite/{code}", get(invite::preview).post(invite::accept))
        .route("/invite/{code}/qr.svg", get(invite::qr))
        .route(
            "/chat/room/{room}/read",
            get(posting::back_to_room).post(catch_up::read),
        )
        .route(
            "/chat/room/{room}/messages",
            get(posting::back_to_room).post(posting::post),
        )
        .route(
            "/chat/room/{room}/notifications",
            post(notifications::of_room),
        )
        .route(
            "/settings/notifications",
            get(notifications::open).post(notifications::save),
        )
        .route(
            "/settings/notifications/devices",
            post(notifications::device),
        )
        .merge(settings::routes())
        .layer(refusals)
}

/// What a browser keeps to show when it has no line.
async fn offline(State(server): State<Server>) -> Response {
    show::show(&server, None, "pages/offline.html", context! {})
}

/// Where no route leads.
pub(crate) async fn not_found(State(server): State<Server>) -> Response {
    refusal::page(&server, &Problem::not_found())
}

/// What remains when a handler fails.
pub(crate) fn failed(server: &Server, wants_json: bool) -> Response {
    let problem = refusal::failed();
    if wants_json {
        problem.into_response()
    } else {
        refusal::page(server, &problem)
    }
}
