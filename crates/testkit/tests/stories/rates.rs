//! How fast is too fast. Rates are off in the other stories; these run with
//! them, on one database.

use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use whatscrap_testkit::{App, PASSWORD, Person, fresh_client_id};

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
async fn previews_are_counted_for_each_person() {
    let app = app().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let path = format!("/rooms/{room}/preview");
    let text = json!({"body": "**hello**"});
    let previews = (0..200).map(|_| ada.post(&path).json(&text).send());
    let answers = futures_util::future::join_all(previews).await;
    let shown = answers.iter().filter(|answer| answer.status == 200).count();
    assert!((60..200).contains(&shown), "the burst passes: {shown}");
    let late = answers.iter().find(|answer| answer.status != 200).unwrap();
    late.refused(429, "rate_limited");
    ben.post(&path).json(&text).send().await.ok(200);
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

#[tokio::test]
async fn conversations_begun_and_invitations_made_are_counted() {
    let flags = [
        "--rate-limits=on",
        "--max-direct-rooms-per-hour=1",
        "--max-invitations-per-hour=2",
    ];
    let app = App::with(&flags).await;
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let begin = async |who: &Person, other: &Person| {
        let users = json!({"users": [other.id]});
        who.post("/rooms/direct").json(&users).send().await
    };
    assert_eq!(begin(&ada, &ben).await.status, 201);
    let late = begin(&ada, &eve).await;
    late.refused(429, "rate_limited");
    assert!(late.header("retry-after").parse::<u64>().is_ok());
    let by_form = ada
        .page(Method::POST, "/chat/direct")
        .form(&[("user", eve.id.as_str())])
        .send()
        .await;
    assert!(by_form.status == 429 && by_form.text.contains("wait a while"));
    assert!(by_form.header("retry-after").parse::<u64>().is_ok());
    // Going to one that is there is not counted, and everybody has their own count.
    for _ in 0..3 {
        assert_eq!(begin(&ada, &ben).await.status, 200);
    }
    assert_eq!(begin(&eve, &ada).await.status, 201);

    let room = ada.creates_room("Hall").await;
    let about = format!("/chat/room/{room}/about");
    let to_room = format!("/rooms/{room}/invites");
    assert_eq!(ada.post(&to_room).send().await.status, 201);
    assert_eq!(ada.post("/invites").send().await.status, 201);
    for path in [to_room.as_str(), "/invites"] {
        let late = ada.post(path).send().await;
        late.refused(429, "rate_limited");
        assert!(late.header("retry-after").parse::<u64>().is_ok());
    }
    for page in [about.as_str(), "/settings/invitations"] {
        let form = ada.page(Method::POST, page).form(&[("act", "invite")]);
        let answer = form.send().await;
        assert!(
            answer.status == 429 && answer.text.contains("wait a while"),
            "{page}"
        );
        assert!(answer.header("retry-after").parse::<u64>().is_ok());
    }
    assert_eq!(ben.post("/invites").send().await.status, 201);
}
