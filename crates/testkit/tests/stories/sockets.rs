//! The WebSocket, frame by frame.

use serde_json::{Value, json};
use whatscrap_testkit::App;

stories! {
    the_welcome_tells_where_everything_stands,
    what_is_said_reaches_everyone_once_and_is_acknowledged,
    messages_of_one_sender_keep_their_order,
    what_is_not_understood_is_named_and_harms_nothing,
    a_known_frame_with_a_wrong_field_never_closes,
    a_ping_is_answered,
    reading_on_one_device_is_seen_on_the_other,
}

async fn the_welcome_tells_where_everything_stands(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    ada.posts("hello").in_room(&room).await;
    let first = ada.socket().await;
    let second = ada.socket().await;
    let welcome = &first.welcome;
    assert_eq!(welcome["v"], 1);
    assert_ne!(welcome["connection"], second.welcome["connection"]);
    assert_eq!(welcome["epoch"], second.welcome["epoch"]);
    assert_eq!(welcome["user"]["username"], "ada");
    assert_eq!(
        welcome["rooms"],
        json!([{"id": room, "seq": 1, "version": 1, "read_seq": 1}])
    );
    assert!(welcome["heartbeat_ms"].is_u64() && welcome["limits"].is_object());
    assert!(welcome["presence"].is_object());
    let now = welcome["now"].as_str().unwrap();
    assert!(now.len() == 24 && now.ends_with('Z'), "{now}");
}

async fn what_is_said_reaches_everyone_once_and_is_acknowledged(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let (mut desk, mut phone, mut theirs) =
        (ada.socket().await, ada.socket().await, ben.socket().await);
    let ack = desk.send_as("c-1", &room, "hello").await;
    for field in [
        "room",
        "client_id",
        "id",
        "seq",
        "version",
        "created_at",
        "duplicate",
    ] {
        assert!(!ack[field].is_null(), "{ack}");
    }
    for socket in [&mut desk, &mut phone, &mut theirs] {
        let frame = socket.hears("hello").await;
        let message = &frame["message"];
        assert_eq!(
            (&frame["room"], &frame["version"]),
            (&room.as_str().into(), &1.into())
        );
        assert_eq!(
            (&message["client_id"], &message["id"]),
            (&"c-1".into(), &ack["id"])
        );
        assert_eq!(message["author"]["id"], ada.id.as_str());
        assert!(
            socket
                .so_far()
                .await
                .iter()
                .all(|frame| frame["type"] != "message")
        );
    }
}

async fn messages_of_one_sender_keep_their_order(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    for number in 0..100 {
        let id = number.to_string();
        socket.say(&json!({"type": "send", "ref": id, "room": room, "client_id": id, "body": id}));
    }
    for number in 0..100_u64 {
        let frame = socket.wait_for("message").await;
        assert_eq!(frame["message"]["body"], number.to_string());
        let ack = socket.wait_for("ack").await;
        assert_eq!(
            (&ack["ref"], &ack["seq"]),
            (&number.to_string().into(), &(number + 1).into())
        );
    }
}

async fn what_is_not_understood_is_named_and_harms_nothing(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ada.socket().await;
    for frame in [
        json!({"type": "dance"}),
        json!({}),
        json!([]),
        json!("send"),
        json!(null),
        json!({"type": 5}),
    ] {
        socket.say(&frame);
        let error = socket.wait_for("error").await;
        assert_eq!(
            (&error["code"], &error["retry"]),
            (&"malformed".into(), &false.into()),
            "{frame}"
        );
        assert!(error["message"].is_string());
    }
    let ok = json!({"type": "send", "room": room, "client_id": "1", "body": "x"});
    for (field, value) in [
        ("room", json!(5)),
        ("room", json!("no-uuid")),
        ("client_id", json!(null)),
        ("body", json!(["x"])),
    ] {
        let mut frame = ok.clone();
        frame[field] = value;
        let answer = socket.ask(frame.clone()).await;
        assert_eq!(
            (&answer["type"], &answer["retry"]),
            (&"error".into(), &false.into()),
            "{frame}: {answer}"
        );
    }
    let long =
        json!({"type": "send", "ref": "r".repeat(65), "room": room, "client_id": "1", "body": "x"});
    socket.say(&long);
    assert_eq!(socket.wait_for("error").await["retry"], false);
    assert_eq!(socket.send(&room, "still here").await["seq"], 1);
}

async fn a_known_frame_with_a_wrong_field_never_closes(app: &App) {
    let ada = app.user("ada").await;
    let mut socket = ada.socket().await;
    for number in 0..30 {
        let answer = socket.ask(json!({"type": "send", "room": number})).await;
        assert_eq!(answer["type"], "error", "{answer}");
    }
    assert!(socket.so_far().await.is_empty());
}

async fn a_ping_is_answered(app: &App) {
    let ada = app.user("ada").await;
    let mut socket = ada.socket().await;
    socket.say(&json!({"type": "ping"}));
    assert_eq!(socket.wait_for("pong").await, json!({"type": "pong"}));
    socket.say(&json!({"type": "pong"}));
    assert_eq!(socket.so_far().await, Vec::<Value>::new());
}

async fn reading_on_one_device_is_seen_on_the_other(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    ada.posts("hello").in_room(&room).await;
    let (desk, mut phone) = (ben.socket().await, ben.socket().await);
    desk.say(&json!({"type": "read", "room": room, "seq": 1}));
    let read = phone.wait_for("read").await;
    assert_eq!(
        read,
        json!({"type": "read", "room": room, "user": ben.id, "seq": 1})
    );
    let list = ben.get("/rooms").send().await.ok(200);
    assert_eq!(list["rooms"][0]["unread"], 0);
}
