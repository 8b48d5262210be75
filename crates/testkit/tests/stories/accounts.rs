//! Who gets in, under which name, and who is the owner.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use whatscrap_testkit::{App, PASSWORD};

stories! {
    fifty_setups_at_once_make_one_owner,
    fifty_first_registrations_at_once_make_one_owner,
    setup_through_a_proxy_needs_the_printed_token,
    setup_is_gone_once_there_is_an_owner,
    a_name_is_taken_in_every_spelling,
    names_that_mislead_are_refused,
    weak_and_endless_passwords_are_refused,
    nothing_but_the_password_logs_in,
    a_wrong_name_and_a_wrong_password_look_the_same,
    privileges_cannot_be_asked_for,
}

async fn fifty_setups_at_once_make_one_owner(app: &App) {
    let attempts = (0..50).map(|number| {
        let stranger = app.stranger();
        async move {
            let name = format!("founder{number}");
            let form = [("username", name.as_str()), ("password", PASSWORD)];
            stranger
                .page(reqwest::Method::POST, "/setup")
                .form(&form)
                .send()
                .await
                .status
                .as_u16()
        }
    });
    let mut statuses = join_all(attempts).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 303);
    assert!(
        statuses[1..]
            .iter()
            .all(|status| [404, 503].contains(status)),
        "{statuses:?}"
    );
}

async fn fifty_first_registrations_at_once_make_one_owner(app: &App) {
    let attempts = (0..50).map(|number| {
        let stranger = app.stranger();
        async move {
            let body = json!({"username": format!("founder{number}"), "password": PASSWORD});
            stranger.post("/auth/register").json(&body).send().await;
            let me = stranger.get("/me").send().await.json();
            me["user"]["role"] == "owner"
        }
    });
    let owners = join_all(attempts).await.into_iter().filter(|owner| *owner);
    assert_eq!(owners.count(), 1);
}

async fn setup_through_a_proxy_needs_the_printed_token(app: &App) {
    let stranger = app.stranger();
    let body = json!({"username": "ada", "password": PASSWORD});
    for header in [
        "X-Forwarded-For",
        "Forwarded",
        "X-Real-IP",
        "X-Forwarded-Host",
    ] {
        let request = stranger
            .post("/auth/register")
            .header(header, "for=10.0.0.1");
        request
            .json(&body)
            .send()
            .await
            .refused(403, "setup_token_required");
        let page = stranger
            .page(reqwest::Method::GET, "/setup")
            .header(header, "10.0.0.1");
        assert_eq!(page.send().await.status, 403, "{header}");
    }
    app.user("ada").await;
}

async fn setup_is_gone_once_there_is_an_owner(app: &App) {
    let root = app.get("/").send().await;
    assert_eq!(
        (root.status.as_u16(), root.header("location")),
        (303, "/setup")
    );
    app.user("ada").await;
    assert_eq!(app.get("/setup").send().await.status, 404);
    let root = app.get("/").send().await;
    assert_eq!(
        (root.status.as_u16(), root.header("location")),
        (303, "/auth/login")
    );
}

async fn a_name_is_taken_in_every_spelling(app: &App) {
    app.user("alice").await;
    for name in ["alice", "Alice", "ＡＬＩＣＥ", "аlice"] {
        let body = json!({"username": name, "password": PASSWORD});
        let answer = app
            .stranger()
            .post("/auth/register")
            .json(&body)
            .send()
            .await;
        assert!(
            [409, 422].contains(&answer.status.as_u16()),
            "{name}: {}",
            answer.text
        );
        assert_eq!(answer.json()["field"], "username", "{name}");
    }
}

async fn names_that_mislead_are_refused(app: &App) {
    app.user("ada").await;
    let long = "a".repeat(33);
    for name in [
        "",
        " ",
        "two words",
        "раypal",
        "admin",
        "System",
        "a\u{202e}b",
        "a\u{200b}b",
        "<b>",
        long.as_str(),
    ] {
        let body = json!({"username": name, "password": PASSWORD});
        let answer = app
            .stranger()
            .post("/auth/register")
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.status, 422, "{name:?}: {}", answer.text);
        assert_eq!(answer.json()["field"], "username", "{name:?}");
    }
}

async fn weak_and_endless_passwords_are_refused(app: &App) {
    app.user("ada").await;
    let long = "x".repeat(1_025);
    for password in [
        "",
        "seven77",
        "password",
        "12345678",
        "bertha-the-first",
        long.as_str(),
    ] {
        let body = json!({"username": "bertha-the-first", "password": password});
        let answer = app
            .stranger()
            .post("/auth/register")
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.status, 422, "{password:?}: {}", answer.text);
        assert_eq!(answer.json()["field"], "password", "{password:?}");
    }
    for password in ["pass word ünïcödé 🐈", &"x9".repeat(512)] {
        let name = format!("user{}", password.len());
        let body = json!({"username": name, "password": password});
        app.stranger()
            .post("/auth/register")
            .json(&body)
            .send()
            .await
            .ok(201);
        app.stranger()
            .post("/auth/login")
            .json(&body)
            .send()
            .await
            .ok(200);
    }
}

async fn nothing_but_the_password_logs_in(app: &App) {
    app.user("ada").await;
    let huge = "x".repeat(1_000_000);
    let wrong = [
        json!("wrong password"),
        json!(""),
        json!([PASSWORD]),
        json!({"$ne": 1}),
        json!(null),
        json!(true),
        json!(huge),
        json!(format!("{PASSWORD} ")),
        json!(PASSWORD.to_uppercase()),
    ];
    for password in wrong {
        let stranger = app.stranger();
        let body = json!({"username": "ada", "password": password});
        let answer = stranger.post("/auth/login").json(&body).send().await;
        assert!(answer.status.is_client_error(), "{}", answer.text);
        assert_eq!(stranger.cookie(), None);
        stranger
            .get("/me")
            .send()
            .await
            .refused(401, "unauthenticated");
    }
}

async fn a_wrong_name_and_a_wrong_password_look_the_same(app: &App) {
    app.user("ada").await;
    let mut answers = BTreeSet::new();
    for name in ["ada", "nobody"] {
        let body = json!({"username": name, "password": "wrong password"});
        let answer = app.stranger().post("/auth/login").json(&body).send().await;
        answer.refused(401, "invalid_credentials");
        answers.insert(answer.text);
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

async fn privileges_cannot_be_asked_for(app: &App) {
    app.user("ada").await;
    let body = json!({"username": "mallory", "password": PASSWORD, "role": "owner"});
    let answer = app
        .stranger()
        .post("/auth/register")
        .json(&body)
        .send()
        .await;
    assert!(answer.status.is_client_error(), "{}", answer.text);
}
