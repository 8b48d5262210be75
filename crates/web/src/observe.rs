//! What is counted and logged of each request: never a body, a cookie or a query string.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use tracing::Instrument;

use crate::{Server, pages};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, logs and counts it, and turns a panic of its handler into a 500.
pub(crate) async fn request(
    State(server): State<Server>,
    request: Request,
    next: Next,
) -> Response {
    let id = server.ids.next().to_string();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str);
    let (route, method) = (route.to_owned(), request.method().clone());
    let wants_json = request.uri().path().starts_with("/api/");
    let span = tracing::info_span!("request", %id, %method, route);
    let began = Instant::now();

    let answered = AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .instrument(span.clone())
        .await;
    let _entered = span.enter();
    let mut response = answered.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        pages::failed(&server, wants_json)
    });
    let (status, took) = (response.status(), began.elapsed());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(status = status.as_u16(), ?took, "failed");
    } else {
        tracing::debug!(status = status.as_u16(), ?took, "answered");
    }
    let labels = [
        ("method", method.to_string()),
        ("route", route),
        ("status", status.as_str().to_owned()),
    ];
    metrics::histogram!("whatscrap_request_seconds", &labels).record(took);
    response
}
