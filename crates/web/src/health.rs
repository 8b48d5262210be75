//! What load balancers, and the operator, ask.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::Server;

/// Alive: no I/O.
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Ready for requests, or 503 with the reasons why not.
pub(crate) async fn readyz(State(server): State<Server>) -> Response {
    let mut reasons = (server.readiness)().await;
    if server.draining.is_cancelled() {
        reasons.push("the server is shutting down".to_owned());
    }
    if reasons.is_empty() {
        Json(json!({ "reasons": reasons })).into_response()
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "reasons": reasons })),
        )
            .into_response()
    }
}

pub(crate) async fn version() -> Response {
    Json(json!({ "version": env!("CARGO_PKG_VERSION") })).into_response()
}
