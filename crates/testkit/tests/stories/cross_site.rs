//! What another site can make a browser do: nothing.

use serde_json::json;
use whatscrap_testkit::{App, PASSWORD, Refusal};

stories! {
    with_a_cookie_only_our_own_pages_may_change_anything,
    another_site_cannot_log_anyone_in,
    a_socket_opens_only_from_our_own_pages,
    json_routes_take_nothing_a_form_can_send,
    every_answer_forbids_what_a_page_does_not_need,
}

/// The headers a browser adds, and whether the request may pass with a cookie.
const SENDERS: &[(Option<&str>, Option<&str>, bool)] = &[
    (Some("same-origin"), None, true),
    (Some("none"), None, true),
    (None, Some("{own}"), true),
    (Some("cross-site"), None, false),
    (Some("same-site"), None, false),
    (None, Some("http://evil.example"), false),
    (None, Some("null"), false),
    (None, Some("{own}.evil.example"), false),
    (None, None, false),
];

async fn with_a_cookie_only_our_own_pages_may_change_anything(app: &App) {
    let ada = app.user("ada").await;
    let cookie = ada.cookie().unwrap();
    for (number, (site, origin, passes)) in SENDERS.iter().enumerate() {
        let mut request = app
            .request(reqwest::Method::POST, "/api/v1/rooms")
            .header("Cookie", &cookie);
        if let Some(site) = site {
            request = request.header("Sec-Fetch-Site", site);
        }
        if let Some(origin) = origin {
            request = request.header("Origin", origin.replace("{own}", &app.origin));
        }
        let body = json!({"name": format!("Room {number}"), "kind": "public"});
        let answer = request.json(&body).send().await;
        if *passes {
            answer.ok(201);
        } else {
            answer.refused(403, "cross_site");
        }
    }
    let rooms = ada.get("/rooms").send().await.ok(200);
    assert_eq!(rooms["rooms"].as_array().unwrap().len(), 3);
}

async fn another_site_cannot_log_anyone_in(app: &App) {
    app.user("ada").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    for (header, value) in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
    ] {
        let request = app
            .request(reqwest::Method::POST, "/api/v1/auth/login")
            .header(header, value);
        request.json(&body).send().await.refused(403, "cross_site");
    }
    let program = app.request(reqwest::Method::POST, "/api/v1/auth/login");
    program.json(&body).send().await.ok(200);
}

async fn a_socket_opens_only_from_our_own_pages(app: &App) {
    let ada = app.user("ada").await;
    let own = app.origin.to_string();
    let (_, port) = own.rsplit_once(':').unwrap();
    let foreign = [
        "null".to_owned(),
        "http://evil.example".to_owned(),
        format!("{own}.evil.example"),
        format!("{own}0"),
        own.replace("http:", "https:"),
        format!("http://evil.127.0.0.1:{port}"),
        own.replace(port, "1"),
    ];
    for origin in &foreign {
        let refused = ada.upgrade().header("Origin", origin).raw().await.err();
        assert_eq!(refused, Some(Refusal::Status(403)), "{origin}");
    }
    let missing = ada.upgrade().without("Origin").raw().await.err();
    assert_eq!(missing, Some(Refusal::Status(403)));
    let nobody = app.stranger().upgrade().raw().await.err();
    assert_eq!(nobody, Some(Refusal::Status(401)));
    ada.socket().await;
}

async fn json_routes_take_nothing_a_form_can_send(app: &App) {
    let ada = app.user("ada").await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let answer = ada
            .post("/rooms")
            .body(kind, r#"{"name":"x","kind":"public"}"#)
            .send()
            .await;
        assert_eq!(answer.status, 415, "{kind}: {}", answer.text);
    }
}

async fn every_answer_forbids_what_a_page_does_not_need(app: &App) {
    app.user("ada").await;
    for path in ["/auth/login", "/nowhere", "/api/v1/me", "/healthz"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        for name in [
            "referrer-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "permissions-policy",
        ] {
            assert!(!answer.header(name).is_empty(), "{path} lacks {name}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    let policy = app
        .get("/auth/login")
        .send()
        .await
        .header("content-security-policy")
        .to_owned();
    for part in [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}
