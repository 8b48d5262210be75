//! What is refused, by which name, and that nothing comes of it.

use serde_json::json;
use whatscrap_testkit::{App, fresh_client_id};

stories! {
    texts_and_names_have_limits_that_are_named,
    nobody_writes_in_anothers_name_or_place,
    broken_requests_are_told_what_is_broken,
    an_empty_body_is_no_body_where_none_is_needed,
    words_that_mean_something_to_a_database_are_only_words,
}

async fn texts_and_names_have_limits_that_are_named(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    let long = "🐈".repeat(4_001);
    for (client_id, body, field) in [
        ("1", long.as_str(), "body"),
        ("1", "", "body"),
        ("1", " \n\t ", "body"),
        ("", "hello", "client_id"),
        (&"x".repeat(65), "hello", "client_id"),
    ] {
        let problem = ada.posts(body).named(client_id).tried_in(&room).await;
        assert_eq!(
            (problem.status.as_u16(), &problem.json()["field"]),
            (422, &field.into()),
            "{}",
            problem.text
        );
        let send = json!({"type": "send", "room": room, "client_id": client_id, "body": body});
        let code = problem.json()["code"].as_str().unwrap().to_owned();
        let error = socket.refused(send, &code).await;
        assert_eq!(error["retry"], false);
    }
    let too_long = ada.posts(&long).tried_in(&room).await;
    assert!(
        too_long.text.contains("4000") || too_long.text.contains("4,000"),
        "{}",
        too_long.text
    );
    ada.posts(&"🐈".repeat(4_000)).in_room(&room).await;
    assert_eq!(socket.send(&room, "still here").await["seq"], 2);
}

async fn nobody_writes_in_anothers_name_or_place(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    for (field, value) in [
        ("author", json!("x")),
        ("seq", json!(9)),
        ("version", json!(9)),
        ("created_at", json!("2020-01-01T00:00:00.000Z")),
    ] {
        let mut body = json!({"client_id": fresh_client_id(), "body": "hello"});
        body[field] = value;
        let answer = ada
            .post(&format!("/rooms/{room}/messages"))
            .json(&body)
            .send()
            .await;
        assert!(answer.status.is_client_error(), "{field}: {}", answer.text);
    }
    let body = json!({"client_id": "1", "body": "hello", "mood": "sunny"});
    ada.post(&format!("/rooms/{room}/messages"))
        .json(&body)
        .send()
        .await
        .ok(201);
}

async fn broken_requests_are_told_what_is_broken(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let path = format!("/rooms/{room}/messages");
    let json = "application/json";
    ada.post(&path)
        .body(json, "{\"client_id\":")
        .send()
        .await
        .refused(400, "malformed");
    for body in [
        json!([]),
        json!({}),
        json!({"client_id": 1, "body": "x"}),
        json!({"client_id": "1", "body": {"$ne": 1}}),
    ] {
        let answer = ada.post(&path).json(&body).send().await;
        assert!(
            [400, 422].contains(&answer.status.as_u16()),
            "{body}: {}",
            answer.text
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let huge = format!(
        "{{\"client_id\":\"1\",\"body\":\"{}\"}}",
        "x".repeat(3_000_000)
    );
    ada.post(&path)
        .body(json, huge)
        .send()
        .await
        .refused(413, "too_large");
    let wrong_method = ada.put(&path).json(&json!({})).send().await;
    assert_eq!(wrong_method.status, 405);
    ada.get("/nowhere").send().await.refused(404, "not_found");
    ada.get("/rooms/not-a-uuid/messages")
        .send()
        .await
        .refused(404, "not_found");
    assert!(ada.reads(&room).await.is_empty());
}

async fn words_that_mean_something_to_a_database_are_only_words(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("'; DROP TABLE rooms; --").await;
    for text in [
        "'; DROP TABLE messages; --",
        "\" OR 1=1",
        "%_\\",
        "NEAR( AND *",
        "\u{0}x",
        "{{7*7}}",
        "${7*7}",
    ] {
        let answer = ada.posts(text).tried_in(&room).await;
        if answer.status == 201 {
            assert_eq!(answer.json()["message"]["body"], text);
        } else {
            assert_eq!(answer.status, 422, "{text:?}: {}", answer.text);
        }
        let found = ada
            .get(&format!("/users?q={}", urlencode(text)))
            .send()
            .await;
        assert!(!found.status.is_server_error(), "{text:?}: {}", found.text);
    }
}

fn urlencode(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut url, byte| {
        write!(url, "%{byte:02x}").unwrap();
        url
    })
}

async fn an_empty_body_is_no_body_where_none_is_needed(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    let join = format!("/rooms/{room}/members/me");
    let joined = ben.put(&join).body("application/json", "").send().await;
    assert_eq!(joined.status, 204, "{}", joined.text);
    let post = ben.post(&format!("/rooms/{room}/messages"));
    let answer = post.json(&json!({"client_id": "1"})).send().await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["field"], "body");
}
