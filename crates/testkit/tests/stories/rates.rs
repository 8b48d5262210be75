//! How fast is too fast. Rates are off in the other stories; these run with
//! them, on one database.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use whatscrap_testkit::{App, PASSWORD, fresh_client_id};

async fn app() -> App {
    App::with(&["--rate-limits=on"]).await
}

#[tokio::test]
async fn whoever_posts_too_fast_is_told_how_long_to_wait() {
    let app = app().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    for number in 0..50 {
        let id = number.to_string();
        socket.say(&json!({"type": "send", "ref": id, "room": room, "client_id": id, "body": id}));
    }
    let (mut acked, mut refused) = (0, Vec::new());
    for number in 0..50 {
        let id = number.to_string();
        let answer = socket
            .wait("an answer", |frame| frame["ref"] == id.as_str())
            .await;
        if answer["type"] == "ack" {
            acked += 1;
        } else {
            refused.push(answer);
        }
    }
    assert!((20..50).contains(&acked), "the burst passes: {acked}");
    for error in &refused {
        assert_eq!(
            (&error["code"], &error["retry"]),
            (&"rate_limited".into(), &true.into())
        );
        assert!(error["retry_after_ms"].as_u64() > Some(0), "{error}");
    }
    let posts = (0..25).map(|_| ada.posts("over http").tried_in(&room));
    let answers = futures_util::future::join_all(posts).await;
    let late = answers.iter().find(|answer| answer.status != 201).unwrap();
    late.refused(429, "rate_limited");
    assert!(late.header("retry-after").parse::<u64>().is_ok());
}

#[tokio::test]
async fn a_flood_of_frames_closes_its_socket_alone() {
    let app = app().await;
    let ada = app.user("ada").await;
    let mut quiet = ada.socket().await;
    let mut socket = ada.socket().await;
    for _ in 0..500 {
        socket.say_raw(Message::text(r#"{"type":"ping"}"#));
    }
    assert_eq!(socket.closed().await, 4003);
    assert_eq!(quiet.so_far().await, Vec::<Value>::new());
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_for_the_guesser_alone() {
    let app = app().await;
    let ada = app.user("ada").await;
    let guess = json!({"username": "ada", "password": "a wrong guess"});
    let mut statuses = Vec::new();
    for _ in 0..12 {
        let request = app.stranger().post("/auth/login");
        let from = format!("10.0.0.{}", statuses.len());
        let answer = request
            .header("X-Forwarded-For", from)
            .json(&guess)
            .send()
            .await;
        statuses.push(answer.status.as_u16());
        if answer.status == 429 {
            answer.refused(429, "rate_limited");
            assert!(answer.header("retry-after").parse::<u64>().is_ok());
        }
    }
    assert_eq!(statuses[..10], [401; 10]);
    assert_eq!(statuses[11], 429, "{statuses:?}");
    ada.get("/me").send().await.ok(200);
}

#[tokio::test]
async fn accounts_from_one_address_are_counted() {
    let app = app().await;
    app.user("ada").await;
    let mut statuses = Vec::new();
    for number in 0..11 {
        let name = format!("visitor-{number}-{}", &fresh_client_id()[30..]);
        let body = json!({"username": name, "password": PASSWORD});
        let answer = app
            .stranger()
            .post("/auth/register")
            .json(&body)
            .send()
            .await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses[..9], [201; 9]);
    assert_eq!(statuses[10], 429);
}
