//! How the real server lets its people go.

use std::time::{Duration, Instant};

use serde_json::json;
use whatscrap_testkit::Launch;

#[tokio::test]
async fn a_termination_keeps_what_it_acknowledged_and_tells_every_socket_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::of(env!("CARGO_BIN_EXE_whatscrap"), folder.path());
    let mut server = launch.start().await;
    let ada = server.user("ada").await;
    let room = ada.creates_room("tea").await;
    let (mut writer, mut reader) = (ada.socket().await, ada.socket().await);
    for n in 0..50 {
        let id = n.to_string();
        writer.say(&json!({"type": "send", "ref": id, "room": room, "client_id": id, "body": id}));
    }
    reader.hears("0").await;
    let asked = Instant::now();
    server.terminate().await;
    let mut acked = Vec::new();
    let bye = loop {
        let answer = |frame: &serde_json::Value| frame["type"] == "ack" || frame["type"] == "bye";
        let frame = writer.wait("ack or bye", answer).await;
        if frame["type"] == "bye" {
            break frame;
        }
        acked.push(frame["client_id"].clone());
    };
    assert_eq!(bye["code"], 1012);
    assert!(bye["reconnect_after_ms"].is_u64(), "{bye}");
    assert_eq!(writer.closed().await, 1012);
    assert_eq!(reader.closed().await, 1012);
    assert_eq!(server.ended().await.code(), Some(0), "{}", server.log());
    assert!(asked.elapsed() < Duration::from_secs(10));

    server.starts_again().await;
    let kept = server.login("ada").await.reads(&room).await;
    for id in &acked {
        let has_it = kept.iter().any(|message| message["client_id"] == *id);
        assert!(has_it, "{id} was acknowledged: {kept:?}");
    }
}
