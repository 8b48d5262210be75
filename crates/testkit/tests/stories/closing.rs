//! Every way a socket ends, by its code, and that no one else notices.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use whatscrap_testkit::{App, Opcode, Person, RawFrame};

stories! {
    a_first_frame_that_is_no_hello_is_4504,
    an_unknown_version_is_4503,
    credentials_in_a_frame_are_worth_nothing,
    the_tenth_malformed_frame_in_a_minute_is_4504,
    frames_that_break_the_protocol_below_close_by_its_codes,
    an_unmasked_frame_is_1002,
    an_eleventh_socket_is_accepted_and_closed_with_4502,
    a_socket_that_never_reads_is_4000_and_delays_nobody,
    a_restart_says_goodbye_with_1012,
}

/// Someone who watches a room while others misbehave.
async fn witness(app: &App) -> (Person, String) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    (ada, room)
}

async fn a_first_frame_that_is_no_hello_is_4504(app: &App) {
    let (ada, _) = witness(app).await;
    for frame in [json!({"type": "ping"}), json!({"type": "dance"}), json!([])] {
        let mut socket = ada.upgrade().open().await;
        socket.say(&frame);
        assert_eq!(socket.closed().await, 4504, "{frame}");
    }
}

async fn an_unknown_version_is_4503(app: &App) {
    let (ada, _) = witness(app).await;
    let mut socket = ada.upgrade().open().await;
    socket.say(&json!({"type": "hello", "v": 2}));
    assert_eq!(socket.closed().await, 4503);
}

async fn credentials_in_a_frame_are_worth_nothing(app: &App) {
    let (ada, room) = witness(app).await;
    let ben = app.user("ben").await;
    let mut socket = ben.upgrade().open().await;
    let session = ada.cookie().unwrap();
    socket
        .hello(json!({"token": session, "session": session, "user": ada.id}))
        .await;
    assert_eq!(socket.welcome["user"]["id"], ben.id.as_str());
    let send = json!({"type": "send", "room": room, "client_id": "1", "body": "x"});
    socket.refused(send, "not_a_member").await;
}

async fn the_tenth_malformed_frame_in_a_minute_is_4504(app: &App) {
    let (ada, room) = witness(app).await;
    let mut quiet = ada.socket().await;
    let mut socket = ada.socket().await;
    for _ in 0..9 {
        socket.say_raw(Message::text("{"));
        assert_eq!(socket.wait_for("error").await["code"], "malformed");
    }
    socket.say_raw(Message::text("{"));
    assert_eq!(socket.closed().await, 4504);
    assert_eq!(quiet.send(&room, "unmoved").await["seq"], 1);
}

async fn frames_that_break_the_protocol_below_close_by_its_codes(app: &App) {
    let (ada, room) = witness(app).await;
    let mut quiet = ada.socket().await;
    let raw = |opcode, payload: Vec<u8>| {
        Message::Frame(Frame::message(payload, OpCode::Data(opcode), true))
    };
    for (message, code) in [
        (Message::binary(b"x".to_vec()), 1003),
        (Message::text("x".repeat(1_000_000)), 1009),
        (Message::text(" ".repeat(65 * 1024)), 1009),
        (raw(Data::Text, vec![0xff, 0xfe]), 1007),
        (raw(Data::Reserved(3), b"x".to_vec()), 1002),
        (raw(Data::Continue, b"x".to_vec()), 1002),
    ] {
        let mut socket = ada.socket().await;
        socket.say_raw(message);
        assert_eq!(socket.closed().await, code);
    }
    assert_eq!(quiet.send(&room, "unmoved").await["seq"], 1);
    assert!(quiet.is_open());
}

async fn an_unmasked_frame_is_1002(app: &App) {
    let (ada, _) = witness(app).await;
    let mut wire = ada.upgrade().wire().await;
    wire.say(&RawFrame::new(Opcode::Text, "{}").unmasked())
        .await;
    assert_eq!(wire.closed().await, 1002);
}

async fn an_eleventh_socket_is_accepted_and_closed_with_4502(app: &App) {
    let (ada, _) = witness(app).await;
    let ben = app.user("ben").await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(ada.socket().await);
    }
    let mut eleventh = ada.upgrade().open().await;
    assert_eq!(eleventh.closed().await, 4502);
    ben.socket().await;
    sockets.pop().unwrap().leave().await;
    ada.socket().await;
    assert!(sockets.iter().all(whatscrap_testkit::Socket::is_open));
}

async fn a_socket_that_never_reads_is_4000_and_delays_nobody(app: &App) {
    let (ada, room) = witness(app).await;
    let ben = app.user("ben").await;
    ben.joins(&room).await;
    let mut slow = ben.upgrade().raw().await.unwrap();
    slow.send(Message::text(r#"{"type":"hello","v":1}"#))
        .await
        .unwrap();
    let welcome: Value =
        serde_json::from_str(slow.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
    assert_eq!(welcome["type"], "welcome");

    // More than any kernel keeps for a reader: then the server's own queue fills.
    let (mut quick, text) = (ada.socket().await, "🐈".repeat(4_000));
    let posts = 500;
    for version in 1..=posts {
        quick.send(&room, &text).await;
        let heard = quick.wait_for("message").await;
        assert_eq!(heard["version"], version, "the quick one misses nothing");
    }

    let mut heard = 0;
    let code = loop {
        let next = timeout(Duration::from_secs(20), slow.next())
            .await
            .expect("frames or the end");
        match next {
            Some(Ok(Message::Text(text))) => {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["type"] == "message" {
                    assert_eq!(frame["version"], heard + 1, "no holes before the end");
                    heard += 1;
                }
            }
            Some(Ok(Message::Close(frame))) => break frame.map(|frame| u16::from(frame.code)),
            Some(Ok(_)) => {}
            other => panic!("no close frame: {other:?}"),
        }
    };
    assert_eq!(code, Some(4000));
    assert!(heard < posts);
    let mut socket = ben.resumes(&welcome["epoch"], &[(&room, heard)]).await;
    assert_eq!(
        socket.wait_for("message").await["version"],
        heard + 1,
        "and it resumes where it was"
    );
}

async fn a_restart_says_goodbye_with_1012(app: &App) {
    let (ada, room) = witness(app).await;
    let mut socket = ada.socket().await;
    for number in 0..50 {
        let id = number.to_string();
        socket.say(&json!({"type": "send", "ref": id, "room": room, "client_id": id, "body": "last words"}));
    }
    app.drain().await;
    let bye = socket.wait_for("bye").await;
    assert_eq!(bye["code"], 1012);
    assert!(bye["reconnect_after_ms"].is_u64());
    assert_eq!(socket.closed().await, 1012);
}
