//! The life of a room.

use serde_json::json;
use whatscrap_testkit::App;

stories! {
    public_names_are_unique_and_private_ones_are_nobodys_business,
    a_name_is_one_visible_line,
    a_new_room_appears_on_every_device_of_its_members,
    joining_twice_changes_nothing,
    rooms_one_could_join_are_listed_until_one_has,
    a_renamed_room_tells_its_members,
    an_archived_room_can_be_read_but_not_written,
    unread_counts_what_others_said_since,
}

async fn public_names_are_unique_and_private_ones_are_nobodys_business(app: &App) {
    let ada = app.user("ada").await;
    ada.creates_room("Straße").await;
    for name in ["Straße", "STRASSE", " strasse "] {
        let body = json!({"name": name, "kind": "public"});
        ada.post("/rooms")
            .json(&body)
            .send()
            .await
            .refused(409, "name_taken");
    }
    ada.creates_private_room("Straße").await;
}

async fn a_name_is_one_visible_line(app: &App) {
    let ada = app.user("ada").await;
    let long = "x".repeat(81);
    for name in ["", "  ", "a\nb", "\u{200b}", long.as_str()] {
        let body = json!({"name": name, "kind": "public"});
        let answer = ada.post("/rooms").json(&body).send().await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["field"]),
            (422, &"name".into()),
            "{name:?}"
        );
    }
    let topic = json!({"name": "Hall", "kind": "public", "topic": "x".repeat(251)});
    assert_eq!(ada.post("/rooms").json(&topic).send().await.status, 422);
    let kind = json!({"name": "Hall", "kind": "secret"});
    assert!(
        ada.post("/rooms")
            .json(&kind)
            .send()
            .await
            .status
            .is_client_error()
    );
}

async fn a_new_room_appears_on_every_device_of_its_members(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let (mut desk, mut phone) = (ada.socket().await, app.login("ada").await.socket().await);
    let room = ada.creates_room("Hall").await;
    for socket in [&mut desk, &mut phone] {
        let frame = socket.wait_for("room").await;
        let seen = &frame["room"];
        assert_eq!(
            (&seen["id"], &seen["version"]),
            (&room.as_str().into(), &0.into())
        );
    }
    let mut socket = ben.socket().await;
    ben.joins(&room).await;
    assert_eq!(socket.wait_for("room").await["room"]["role"], "member");
    ada.posts("hello").in_room(&room).await;
    for socket in [&mut desk, &mut phone, &mut socket] {
        assert_eq!(socket.hears("hello").await["version"], 1);
    }
}

async fn joining_twice_changes_nothing(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let mut socket = ben.socket().await;
    ben.joins(&room).await;
    assert!(socket.so_far().await.is_empty());
    let members = ada
        .get(&format!("/rooms/{room}/members"))
        .send()
        .await
        .ok(200);
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
}

async fn rooms_one_could_join_are_listed_until_one_has(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    let names = async |path: &str| {
        let list = ben.get(path).send().await.ok(200);
        let rooms = list["rooms"].as_array().unwrap().clone();
        rooms
            .iter()
            .map(|room| room["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("/rooms?scope=public").await, ["Hall"]);
    assert!(names("/rooms").await.is_empty());
    ben.joins(&room).await;
    assert_eq!(names("/rooms").await, ["Hall"]);
}

async fn a_renamed_room_tells_its_members(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let mut socket = ben.socket().await;
    let change = json!({"name": "Great Hall", "topic": "Feasts"});
    ada.patch(&format!("/rooms/{room}"))
        .json(&change)
        .send()
        .await
        .ok(200);
    let seen = socket.wait_for("room").await["room"].clone();
    assert_eq!(
        (&seen["name"], &seen["topic"]),
        (&"Great Hall".into(), &"Feasts".into())
    );
    assert_eq!(
        seen["role"], "member",
        "a room frame shows the receiver's own place"
    );
}

async fn an_archived_room_can_be_read_but_not_written(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    ada.posts("the end").in_room(&room).await;
    let mut socket = ada.socket().await;
    assert!(
        ada.delete(&format!("/rooms/{room}"))
            .send()
            .await
            .status
            .is_success()
    );
    ada.posts("after")
        .tried_in(&room)
        .await
        .refused(409, "archived");
    let send = json!({"type": "send", "room": room, "client_id": "1", "body": "after"});
    socket.refused(send, "archived").await;
    assert_eq!(ada.reads(&room).await[0]["body"], "the end");
}

async fn unread_counts_what_others_said_since(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    for text in ["one", "two", "three"] {
        ada.posts(text).in_room(&room).await;
    }
    let counts = async || {
        let list = ben.get("/rooms").send().await.ok(200);
        let mine = &list["rooms"][0];
        (
            mine["read_seq"].as_u64().unwrap(),
            mine["unread"].as_u64().unwrap(),
        )
    };
    assert_eq!(counts().await, (0, 3));
    let mut phone = app.login("ben").await.socket().await;
    let path = format!("/rooms/{room}/read");
    assert!(
        ben.put(&path)
            .json(&json!({"seq": 2}))
            .send()
            .await
            .status
            .is_success()
    );
    assert_eq!(counts().await, (2, 1));
    let read = phone.wait_for("read").await;
    assert_eq!(
        (&read["room"], &read["seq"]),
        (&room.as_str().into(), &2.into())
    );
    assert!(
        ben.put(&path)
            .json(&json!({"seq": 1}))
            .send()
            .await
            .status
            .is_success()
    );
    assert_eq!(counts().await, (2, 1), "only forward");
    assert!(
        ben.put(&path)
            .json(&json!({"seq": 1, "unread": true}))
            .send()
            .await
            .status
            .is_success()
    );
    assert_eq!(counts().await, (1, 2), "unless marked unread");
    ben.posts("four").in_room(&room).await;
    assert_eq!(counts().await, (4, 0), "whoever posts has read");
}
