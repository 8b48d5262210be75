//! The JSON API under `/api/v1`.

mod auth;
pub(crate) mod body;
mod changes;
mod invites;
mod me;
mod members;
mod messages;
mod preview;
mod push;
pub(crate) mod reading;
pub(crate) mod rooms;
pub(crate) mod search;
mod sessions;
mod tokens;
mod uploads;
mod users;
mod workspace;

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Server;
use crate::problem::Problem;

/// The description of the API that the routes themselves give (OpenAPI 3.1, as JSON).
pub fn openapi() -> String {
    let (_, mut document) = OpenApiRouter::<Server>::with_openapi(Document::openapi())
        .nest("/api/v1", routes())
        .split_for_parts();
    let schemes = &mut document.components.get_or_insert_default().security_schemes;
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    schemes.insert("token".into(), SecurityScheme::Http(bearer).into());
    let cookie = ApiKey::Cookie(ApiKeyValue::new("session"));
    schemes.insert("session".into(), SecurityScheme::ApiKey(cookie).into());
    document
        .to_pretty_json()
        .expect("the document is plain data")
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "WhatsCrap",
        description = "The chat server's JSON API. Live events arrive over the WebSocket at \
                       `/api/v1/ws`, which docs/protocol.md describes. Errors are \
                       `application/problem+json` (RFC 9457).",
        license(name = "MIT", identifier = "MIT"),
    ),
    security(("session" = []), ("token" = [])),
)]
struct Document;

pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(me::show, me::change))
        .routes(routes!(me::change_password))
        .routes(routes!(me::set_avatar, me::remove_avatar))
        .routes(routes!(reading::mentions))
        .routes(routes!(reading::mark_all))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::revoke))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(users::list))
        .routes(routes!(users::show))
        .routes(routes!(workspace::show, workspace::change))
        .routes(routes!(rooms::list, rooms::create))
        .routes(routes!(rooms::direct))
        .routes(routes!(rooms::show, rooms::change, rooms::archive))
        .routes(routes!(rooms::mark_read))
        .routes(routes!(rooms::set_notifications))
        .routes(routes!(members::list))
        .routes(routes!(members::put, members::remove))
        .routes(routes!(invites::list, invites::create))
        .routes(routes!(
            invites::list_for_server,
            invites::create_for_server
        ))
        .routes(routes!(invites::show, invites::revoke))
        .routes(routes!(invites::accept))
        .routes(routes!(messages::page, messages::post))
        .routes(routes!(messages::changes))
        .routes(routes!(preview::preview))
        .routes(routes!(changes::edit, changes::delete))
        .routes(routes!(changes::react, changes::unreact))
        .routes(routes!(changes::edits))
        .routes(routes!(search::search))
        .routes(routes!(uploads::create))
        .routes(routes!(uploads::describe, uploads::discard))
        .routes(routes!(push::key))
        .routes(routes!(push::list, push::subscribe, push::unsubscribe))
        .routes(routes!(push::forget))
        .routes(routes!(push::test))
        .routes(routes!(push::log))
        .routes(routes!(push::rule))
}

/// The description as it is served, made once.
pub(crate) async fn document() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> = LazyLock::new(openapi);
    (
        [(header::CONTENT_TYPE, "application/json")],
        DOCUMENT.as_str(),
    )
}

/// The address exists, but not for this method.
pub(crate) async fn method_not_allowed() -> Problem {
    let title = "this address does not take this method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", title)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_protocol_page_and_the_routes_name_the_same_paths() {
        let document: serde_json::Value = serde_json::from_str(&openapi()).unwrap();
        let routes: BTreeSet<&str> = document["paths"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let page = include_str!("../../../../docs/protocol.md");
        let rows = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `/api/v1"));
        let named: Vec<String> = rows
            .map(|row| format!("/api/v1{}", row.split('`').next().unwrap()))
            .collect();
        assert_eq!(
            routes,
            named.iter().map(String::as_str).collect::<BTreeSet<_>>()
        );
    }
}
