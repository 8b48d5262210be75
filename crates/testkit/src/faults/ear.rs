//! One of thousands of sockets: it reads no more of a frame than it must.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::times::Times;
use crate::{PATIENCE, Person, RawSocket};

/// The version up to which a socket has each room.
pub(super) type Cursors = BTreeMap<String, u64>;

/// A socket that checks the order of what it hears.
#[derive(Debug)]
pub(super) struct Ear {
    socket: RawSocket,
    pub(super) cursors: Cursors,
    /// The rooms whose past is still to come.
    catching_up: Vec<String>,
    /// Since when `client_id`s count their time.
    epoch: Instant,
    /// How long messages were on their way.
    pub(super) times: Times,
    /// How many messages it heard.
    pub(super) heard: u64,
}

/// What matters of a frame.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    room: Option<&'a str>,
    version: Option<u64>,
    complete: Option<bool>,
    #[serde(borrow)]
    message: Option<Name<'a>>,
}

#[derive(Deserialize)]
struct Name<'a> {
    client_id: &'a str,
}

impl Ear {
    /// Opens a socket that holds these rooms up to these versions, and has the
    /// welcome. Who holds nothing follows all its rooms from where they stand.
    pub(super) async fn open(person: &Person, held: Cursors, epoch: Instant) -> Self {
        let mut socket = person.upgrade().raw().await.expect("a socket opens");
        let hello = json!({"type": "hello", "v": 1, "rooms": held}).to_string();
        socket.send(Message::text(hello)).await.expect("it is open");
        let welcome = timeout(PATIENCE, socket.next()).await;
        let welcome = welcome.expect("a welcome comes in time");
        let welcome = welcome.expect("the socket is open").expect("it is sound");
        let welcome: Value = welcome.to_text().map_or(Value::Null, parse);
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        let catching_up = held.keys().cloned().collect();
        let mut cursors = held;
        for room in welcome["rooms"].as_array().into_iter().flatten() {
            let id = room["id"].as_str().unwrap_or_default().to_owned();
            let version = room["version"].as_u64().unwrap_or_default();
            cursors.entry(id).or_insert(version);
        }
        Self {
            socket,
            cursors,
            catching_up,
            epoch,
            times: Times::new(),
            heard: 0,
        }
    }

    /// Whether nothing of the past is to come any more.
    pub(super) fn is_live(&self) -> bool {
        self.catching_up.is_empty()
    }

    /// Hears one thing; the close code if that was the end.
    ///
    /// # Panics
    /// If a message is missing, comes again or too early.
    pub(super) async fn hear(&mut self) -> Result<(), u16> {
        let text = match self.socket.next().await {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(frame))) => {
                return Err(frame.map_or(1005, |frame| frame.code.into()));
            }
            Some(Ok(_)) => return Ok(()),
            Some(Err(_)) | None => return Err(1006),
        };
        let Ok(head) = serde_json::from_str::<Head<'_>>(&text) else {
            return Ok(());
        };
        match (head.kind, head.room, head.version) {
            ("message", Some(room), Some(version)) => {
                self.heard(room, version);
                self.times.record(self.age(head.message.as_ref()));
                Ok(())
            }
            ("synced", Some(room), Some(version)) => {
                self.cursors.insert(room.to_owned(), version);
                if head.complete == Some(true) {
                    self.catching_up.retain(|other| other != room);
                    return Ok(());
                }
                let sync = json!({"type": "sync", "ref": "", "room": room, "version": version});
                self.say(&sync).await
            }
            ("ping", ..) => self.say(&json!({"type": "pong"})).await,
            _ => Ok(()),
        }
    }

    fn heard(&mut self, room: &str, version: u64) {
        self.heard += 1;
        let cursor = self.cursors.get_mut(room).expect("a room of its own");
        let may_skip = self.catching_up.iter().any(|other| other == room);
        let is_next = version == *cursor + 1;
        assert!(
            is_next || may_skip && version > *cursor,
            "version {version} after {cursor}"
        );
        *cursor = version;
    }

    /// How long ago a message was named.
    fn age(&self, message: Option<&Name<'_>>) -> Duration {
        let name = message.and_then(|name| name.client_id.split('-').next());
        let named = name.and_then(|micros| micros.parse().ok()).unwrap_or(0);
        self.epoch
            .elapsed()
            .saturating_sub(Duration::from_micros(named))
    }

    async fn say(&mut self, frame: &Value) -> Result<(), u16> {
        let said = self.socket.send(Message::text(frame.to_string())).await;
        said.map_err(|_| 1006)
    }

    /// Leaves the way a browser does.
    pub(super) async fn leave(mut self) {
        let _ = self.socket.close(None).await;
        while self.socket.next().await.is_some_and(|frame| frame.is_ok()) {}
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("the server speaks JSON")
}
