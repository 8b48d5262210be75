use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;

use super::next::login_path;
use super::show::show;
use crate::Server;
use crate::problem::Problem;

/// A handler's refusal, on its way to becoming a page.
pub(super) struct Refusal(Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    /// Only carries the problem: [`show_refusals`] makes the page, for it knows the templates.
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Shows refusals as pages, in the colour of the server. Whoever is not logged in is sent to do so, and comes back after.
pub(super) async fn show_refusals(
    State(server): State<Server>,
    request: Request,
    next: Next,
) -> Response {
    let wanted = (request.method() == Method::GET).then(|| request.uri().clone());
    // If it cannot be read now, pages keep the colour that they had.
    let _ = server.services.workspace.look_up().await;
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Problem>() {
        None => response,
        Some(problem) if problem.status == StatusCode::UNAUTHORIZED => {
            let path = wanted.as_ref().and_then(|uri| uri.path_and_query());
            Redirect::to(&login_path(path.map(PathAndQuery::as_str))).into_response()
        }
        Some(problem) => page(&server, &problem),
    }
}

/// A refusal that has no form to be shown in.
pub(super) fn page(server: &Server, problem: &Problem) -> Response {
    let heading = match problem.status {
        StatusCode::NOT_FOUND => "Nothing here",
        StatusCode::FORBIDDEN => "Not for you",
        status if status.is_server_error() => "Something went wrong",
        _ => "That did not work",
    };
    show(
        server,
        Some(problem),
        "pages/error.html",
        context! { heading },
    )
}

/// What people are told when it is our fault.
pub(super) fn failed() -> Problem {
    let title = "the server made a mistake, and wrote it down: try again, or tell its owner";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)
}
