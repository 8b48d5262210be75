//! Coming back: what was missed, once, in order, with nothing in between.

use serde_json::json;
use whatscrap_testkit::{App, Device, Socket, fresh_client_id};

stories! {
    a_resumed_socket_gets_exactly_what_it_missed,
    a_room_that_is_not_named_gets_no_catch_up,
    a_long_absence_is_caught_up_in_turns,
    a_cursor_that_cannot_be_ours_is_reset,
    a_room_that_is_no_longer_mine_is_left,
    a_sync_is_answered_under_its_ref,
    devices_that_come_and_go_end_up_with_the_same_room,
}

/// Takes the `message` frames of a catch-up and its `synced`.
async fn turn(socket: &mut Socket) -> (Vec<u64>, serde_json::Value) {
    let synced = socket.wait_for("synced").await;
    let frames = socket.so_far().await;
    let versions = frames.iter().filter(|frame| frame["type"] == "message");
    (
        versions
            .map(|frame| frame["version"].as_u64().unwrap())
            .collect(),
        synced,
    )
}

async fn a_resumed_socket_gets_exactly_what_it_missed(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let idle = ada.creates_room("Quiet").await;
    let mut socket = ada.socket().await;
    socket.send(&room, "1").await;
    let epoch = socket.welcome["epoch"].clone();
    socket.leave().await;
    for number in 2..=5 {
        ada.posts(&number.to_string()).in_room(&room).await;
    }
    let mut socket = ada.resumes(&epoch, &[(&room, 1), (&idle, 0)]).await;
    for _ in 0..2 {
        let synced = socket.wait_for("synced").await;
        let version = if synced["room"] == room.as_str() {
            5
        } else {
            0
        };
        assert_eq!(
            (&synced["version"], &synced["complete"], &synced["reset"]),
            (&version.into(), &true.into(), &false.into())
        );
    }
    for version in 2..=5 {
        assert_eq!(socket.wait_for("message").await["version"], version);
    }
    ada.posts("6").in_room(&room).await;
    assert_eq!(socket.wait_for("message").await["version"], 6);
    assert!(socket.so_far().await.is_empty());
}

async fn a_room_that_is_not_named_gets_no_catch_up(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    ada.posts("before").in_room(&room).await;
    let mut socket = ada.socket().await;
    assert_eq!(socket.cursor(&room), 1);
    assert!(socket.so_far().await.is_empty());
    ada.posts("after").in_room(&room).await;
    assert_eq!(socket.wait_for("message").await["version"], 2);
}

async fn a_long_absence_is_caught_up_in_turns(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut writer = ada.socket().await;
    for number in 0..450 {
        let id = fresh_client_id();
        writer.say(&json!({"type": "send", "ref": id, "room": room, "client_id": id, "body": number.to_string()}));
    }
    for _ in 0..450 {
        writer.wait_for("ack").await;
    }
    let epoch = writer.welcome["epoch"].clone();
    let mut socket = ada.resumes(&epoch, &[(&room, 0)]).await;
    let mut have = 0;
    loop {
        let (versions, synced) = turn(&mut socket).await;
        assert!(versions.len() <= 200, "a turn is at most 200");
        assert_eq!(
            versions,
            (have + 1..=synced["version"].as_u64().unwrap()).collect::<Vec<_>>()
        );
        have = synced["version"].as_u64().unwrap();
        if synced["complete"] == true {
            break;
        }
        let sync = json!({"type": "sync", "ref": "again", "room": room, "version": have});
        socket.say(&sync);
    }
    assert_eq!(have, 450);
}

async fn a_cursor_that_cannot_be_ours_is_reset(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    ada.posts("hello").in_room(&room).await;
    let epoch = ada.socket().await.welcome["epoch"].clone();
    for (epoch, version) in [(epoch.clone(), 99), (json!("another"), 1)] {
        let mut socket = ada.resumes(&epoch, &[(&room, version)]).await;
        let synced = socket.wait_for("synced").await;
        assert_eq!(
            (&synced["reset"], &synced["version"]),
            (&true.into(), &1.into()),
            "{synced}"
        );
    }
    let mut socket = ada.socket().await;
    let synced = socket
        .ask(json!({"type": "sync", "room": room, "version": 99}))
        .await;
    assert_eq!(
        (&synced["type"], &synced["reset"]),
        (&"synced".into(), &true.into())
    );
}

async fn a_room_that_is_no_longer_mine_is_left(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let epoch = ben.socket().await.welcome["epoch"].clone();
    ben.leaves(&room).await;
    let mut socket = ben.resumes(&epoch, &[(&room, 0)]).await;
    assert_eq!(socket.wait_for("left").await["room"], room.as_str());
    assert!(socket.so_far().await.is_empty());
}

async fn a_sync_is_answered_under_its_ref(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    for text in ["1", "2", "3"] {
        ada.posts(text).in_room(&room).await;
    }
    let mut socket = ada.socket().await;
    let synced = socket
        .ask(json!({"type": "sync", "room": room, "version": 1}))
        .await;
    assert_eq!(
        (&synced["version"], &synced["complete"]),
        (&3.into(), &true.into())
    );
    for version in 2..=3 {
        assert_eq!(socket.wait_for("message").await["version"], version);
    }
}

async fn devices_that_come_and_go_end_up_with_the_same_room(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let (desk, phone) = (Device::of(&ada).await, Device::of(&ben).await);
    for number in 0..100 {
        desk.say(&room, &format!("from the desk {number}"));
        phone.say(&room, &format!("from the phone {number}"));
        if number % 20 == 0 {
            desk.reconnects();
        }
    }
    for device in [&desk, &phone] {
        device
            .until("all of it", |client| {
                client.is_quiet() && client.version(&room) == 200
            })
            .await;
        device.look(|client| {
            assert_eq!(client.breaches(), &[] as &[String]);
            assert_eq!(client.acked().len(), 100);
        });
    }
    let rows = ada.reads_all(&room).await;
    assert_eq!(rows.len(), 200);
    for device in [&desk, &phone] {
        device.look(|client| assert!(client.messages(&room).into_iter().eq(&rows)));
    }
}
