//! Silence, measured in the protocol's own seconds: no database is asked, so
//! these run on one of them.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use whatscrap_testkit::{App, RawSocket};

/// Reads without ever answering: what came, and the close code.
async fn listen(mut socket: RawSocket) -> (Vec<String>, Option<u16>) {
    let mut heard = Vec::new();
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Text(text) => heard.push(text.to_string()),
            Message::Close(frame) => return (heard, frame.map(|frame| frame.code.into())),
            _ => {}
        }
    }
    (heard, None)
}

#[tokio::test]
async fn ten_seconds_without_hello_are_4001() {
    let app = App::on_sqlite().await;
    let socket = app.user("ada").await.upgrade().raw().await.unwrap();
    let start = Instant::now();
    let (heard, code) = timeout(Duration::from_secs(20), listen(socket))
        .await
        .unwrap();
    assert_eq!(code, Some(4001));
    assert!(
        heard.iter().all(|frame| frame.contains("\"bye\"")),
        "{heard:?}"
    );
    assert!(start.elapsed() > Duration::from_secs(9));
}

#[tokio::test]
async fn an_unanswered_heartbeat_is_4001_and_an_answered_one_is_not() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut attentive = ada.socket().await;
    let mut deaf = ada.upgrade().raw().await.unwrap();
    let hello = Message::text(r#"{"type":"hello","v":1}"#);
    deaf.send(hello).await.unwrap();
    ada.posts("hello").in_room(&room).await;

    let start = Instant::now();
    let (heard, code) = timeout(Duration::from_secs(50), listen(deaf))
        .await
        .unwrap();
    assert_eq!(code, Some(4001));
    assert!(
        start.elapsed() > Duration::from_secs(31),
        "22.5 and 9 at the least"
    );
    let pings = heard.iter().filter(|frame| frame.contains("\"ping\""));
    assert_eq!(pings.count(), 1, "{heard:?}");
    let ping = attentive.wait_for("ping").await;
    assert_eq!(ping["rooms"][&room], 1, "what changed since the last one");
    assert!(attentive.is_open());
    assert_eq!(attentive.send(&room, "still here").await["seq"], 2);
}
