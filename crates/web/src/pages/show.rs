use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::refusal::failed;
use crate::Server;
use crate::problem::Problem;

/// Renders a page; with a problem, as a refusal with the problem's status.
///
/// Every page's template finds `problem` (or `none`) and the server's `accent` beside what is in its
/// context.
pub(super) fn show(
    server: &Server,
    problem: Option<&Problem>,
    template: &str,
    context: Value,
) -> Response {
    let told = problem.map(|problem| {
        let status = problem.status.as_u16();
        context! { status, title => &*problem.title, field => problem.field.as_deref() }
    });
    let accent = server.services.workspace.accent().word();
    let context = context! { problem => told, accent, ..context };
    let html = match server.templates.render(template, context) {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(template, error = format!("{error:#}"), "a template failed");
            return failed().into_response();
        }
    };
    let status = problem.map_or(StatusCode::OK, |problem| problem.status);
    let mut response = (status, Html(html)).into_response();
    if let Some(wait) = problem.and_then(|problem| problem.retry_after) {
        let seconds = HeaderValue::from(wait.as_secs() + 1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// A view as templates read it.
pub(super) fn value<T: Serialize>(view: T) -> Value {
    Value::from(Serde(view))
}
