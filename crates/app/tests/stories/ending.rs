//! How the server ends, and what it leaves behind.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, timeout};
use whatscrap_testkit::{Device, Launch, Refusal, postgres};

use crate::launch;

/// Devices write as fast as they can; the server is killed twice in the midst
/// of it; in the end every acked message is there, once, where its ack said.
async fn acked_messages_survive(launch: Launch) {
    const WRITERS: usize = 8;
    const EACH: usize = 150;
    let mut server = launch.start().await;
    let ada = server.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut devices = Vec::new();
    for number in 0..WRITERS {
        let person = server.user(&format!("writer{number}")).await;
        person.joins(&room).await;
        devices.push(Device::of(&person).await);
    }
    for number in 0..EACH {
        for device in &devices {
            device.say(&room, &number.to_string());
        }
    }
    for part in [4, 2] {
        let some = (WRITERS * EACH / part) as u64;
        devices[0]
            .until("part of the messages", |client| {
                client.version(&room) >= some
            })
            .await;
        server.kill().await;
        server.starts_again().await;
    }
    let total = (WRITERS * EACH) as u64;
    for device in &devices {
        device
            .until("all messages", |client| {
                client.is_quiet() && client.version(&room) == total
            })
            .await;
    }
    let rows = server.login("ada").await.reads_all(&room).await;
    assert_eq!(rows.len() as u64, total);
    for (number, row) in (1..).zip(&rows) {
        assert_eq!(
            (&row["seq"], &row["version"]),
            (&Value::from(number), &Value::from(number))
        );
    }
    let by_name: BTreeMap<&str, &Value> = rows
        .iter()
        .map(|row| (row["client_id"].as_str().unwrap(), row))
        .collect();
    for device in &devices {
        device.look(|client| {
            assert_eq!(client.breaches(), &[] as &[String]);
            assert_eq!(client.acked().len(), EACH);
            for (client_id, ack) in client.acked() {
                let row = by_name[client_id.as_str()];
                assert_eq!((&row["id"], &row["seq"]), (&ack["id"], &ack["seq"]));
            }
            assert!(
                client.messages(&room).into_iter().eq(&rows),
                "every device holds the same room"
            );
        });
    }
}

#[tokio::test]
async fn acked_messages_survive_kill_9_on_sqlite() {
    let (launch, _data) = launch();
    acked_messages_survive(launch).await;
}

#[tokio::test]
async fn acked_messages_survive_kill_9_on_postgresql() {
    let Some(database) = postgres::database().await else {
        return;
    };
    let (launch, _data) = launch();
    acked_messages_survive(launch.set("DATABASE_URL", &database.url)).await;
}

#[tokio::test]
async fn sigterm_lets_posts_finish_says_goodbye_and_exits_0() {
    let (launch, _data) = launch();
    let mut server = launch.start().await;
    let ada = server.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(ada.socket().await);
    }
    let device = Device::of(&ada).await;
    for number in 0..200 {
        device.say(&room, &number.to_string());
    }
    device
        .until("a first ack", |client| !client.acked().is_empty())
        .await;
    let start = Instant::now();
    server.terminate().await;
    server.terminate().await;
    let mut waits = Vec::new();
    for socket in &mut sockets {
        let bye = socket.wait_for("bye").await;
        assert_eq!(bye["code"], 1012);
        waits.push(bye["reconnect_after_ms"].as_u64().unwrap());
        assert_eq!(socket.closed().await, 1012);
    }
    waits.dedup();
    assert!(waits.len() > 1, "reconnects are spread: {waits:?}");
    let status = server.ended().await;
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert!(start.elapsed() < Duration::from_secs(10));

    server.starts_again().await;
    let all = device.until("all of it", |client| {
        client.is_quiet() && client.acked().len() == 200
    });
    timeout(Duration::from_secs(20), all).await.unwrap();
    assert_eq!(server.login("ada").await.reads_all(&room).await.len(), 200);
    device.look(|client| assert_eq!(client.breaches(), &[] as &[String]));
}

#[tokio::test]
async fn while_a_server_drains_it_says_that_it_is_not_ready_and_takes_no_socket_in() {
    let (launch, _data) = launch();
    let mut server = launch.start().await;
    let ada = server.user("ada").await;
    // Nobody there answers the server's goodbye.
    let silent = ada.upgrade().wire().await;
    server.terminate().await;
    while server.get("/readyz").send().await.status == 200 {}
    assert_eq!(server.get("/readyz").send().await.status, 503);
    assert_eq!(server.get("/healthz").send().await.status, 200);
    assert_eq!(ada.get("/me").send().await.status, 200);
    let refused = ada.upgrade().raw().await.err();
    assert_eq!(refused, Some(Refusal::Status(503)));
    drop(silent);
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.log());
}
