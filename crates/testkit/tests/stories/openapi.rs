//! The OpenAPI document says what there is, and there is what it says.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use whatscrap_testkit::App;

stories! {
    the_document_names_every_route_and_no_other,
    every_documented_route_is_there_and_no_other_method_is,
}

/// What this version of the server offers under `/api/v1`, but for the document
/// itself and the WebSocket, which docs/protocol.md describes.
const ROUTES: &[&str] = &[
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/logout",
    "GET /me",
    "PATCH /me",
    "PUT /me/avatar",
    "DELETE /me/avatar",
    "GET /me/mentions",
    "PUT /me/read",
    "GET /me/sessions",
    "DELETE /me/sessions/{id}",
    "PUT /me/password",
    "GET /me/tokens",
    "POST /me/tokens",
    "DELETE /me/tokens/{id}",
    "GET /users",
    "GET /users/{id}",
    "GET /rooms",
    "POST /rooms",
    "POST /rooms/direct",
    "GET /rooms/{room}",
    "PATCH /rooms/{room}",
    "DELETE /rooms/{room}",
    "GET /rooms/{room}/members",
    "PUT /rooms/{room}/members/{user}",
    "DELETE /rooms/{room}/members/{user}",
    "PUT /rooms/{room}/read",
    "PUT /rooms/{room}/notifications",
    "GET /rooms/{room}/invites",
    "POST /rooms/{room}/invites",
    "GET /invites",
    "POST /invites",
    "GET /invites/{code}",
    "DELETE /invites/{code}",
    "POST /invites/{code}/accept",
    "GET /rooms/{room}/messages",
    "POST /rooms/{room}/messages",
    "PATCH /rooms/{room}/messages/{id}",
    "DELETE /rooms/{room}/messages/{id}",
    "GET /rooms/{room}/messages/{id}/edits",
    "PUT /rooms/{room}/messages/{id}/reactions/{emoji}",
    "DELETE /rooms/{room}/messages/{id}/reactions/{emoji}",
    "POST /rooms/{room}/preview",
    "GET /rooms/{room}/changes",
    "POST /uploads",
    "PATCH /uploads/{attachment}",
    "DELETE /uploads/{attachment}",
    "GET /search",
    "GET /push/key",
    "GET /push/subscriptions",
    "POST /push/subscriptions",
    "DELETE /push/subscriptions",
    "DELETE /push/subscriptions/{id}",
    "POST /push/subscriptions/{id}/test",
    "GET /push/log",
    "GET /push/rule",
    "GET /workspace",
    "PATCH /workspace",
];

fn documented(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("a document has paths");
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let path = path.trim_start_matches("/api/v1");
            let methods = methods.as_object().expect("a path has methods");
            methods
                .keys()
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

async fn the_document_names_every_route_and_no_other(app: &App) {
    let document = app.get("/api/v1/openapi.json").send().await.ok(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let expected: BTreeSet<String> = ROUTES.iter().map(|route| (*route).to_owned()).collect();
    let documented = documented(&document);
    let missing: Vec<_> = expected.difference(&documented).collect();
    let unknown: Vec<_> = documented.difference(&expected).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "missing {missing:?}, unknown {unknown:?}"
    );
}

async fn every_documented_route_is_there_and_no_other_method_is(app: &App) {
    app.user("ada").await;
    let document = app.get("/api/v1/openapi.json").send().await.ok(200);
    let documented = documented(&document);
    let paths: BTreeSet<&str> = documented
        .iter()
        .filter_map(|route| Some(route.split_once(' ')?.1))
        .collect();
    for path in paths {
        let url = format!("/api/v1{path}").replace(['{', '}'], "");
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let answer = app.request(method.clone(), &url).send().await;
            let is_there = documented.contains(&format!("{method} {path}"));
            let status = answer.status.as_u16();
            assert_eq!(
                status == 405,
                !is_there,
                "{method} {path}: {status} {}",
                answer.text
            );
        }
    }
}
