//! One WebSocket, seen from the client: frames as JSON, in the order they came.

use std::collections::VecDeque;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::server::person::Person;
use crate::server::post::fresh_client_id;
use crate::server::site::PATIENCE;
use crate::server::upgrade::RawSocket;

/// A socket that answers heartbeats by itself and keeps every other frame until
/// a test asks for it.
#[derive(Debug)]
pub struct Socket {
    /// The answer to `hello`; `null` before.
    pub welcome: Value,
    outgoing: mpsc::UnboundedSender<Message>,
    incoming: mpsc::UnboundedReceiver<Event>,
    kept: VecDeque<Value>,
    closed: Option<u16>,
    pump: JoinHandle<()>,
}

#[derive(Debug)]
enum Event {
    Frame(Value),
    /// The close code; 1006 if the connection ended without one.
    Closed(u16),
}

impl Socket {
    pub(crate) fn over(stream: RawSocket) -> Self {
        let (outgoing, orders) = mpsc::unbounded_channel();
        let (events, incoming) = mpsc::unbounded_channel();
        Self {
            welcome: Value::Null,
            outgoing,
            incoming,
            kept: VecDeque::new(),
            closed: None,
            pump: tokio::spawn(pump(stream, orders, events)),
        }
    }

    /// Says hello with these fields and waits for the welcome.
    pub async fn hello(&mut self, mut fields: Value) {
        fields["type"] = "hello".into();
        fields["v"] = 1.into();
        self.say(&fields);
        self.welcome = self.wait_for("welcome").await;
    }

    /// The cursor the welcome gave for a room.
    pub fn cursor(&self, room: &str) -> u64 {
        let rooms = self.welcome["rooms"].as_array().into_iter().flatten();
        let mut versions = rooms.filter(|entry| entry["id"] == room);
        let entry = versions.next().expect("the welcome names the room");
        entry["version"].as_u64().expect("a version is a number")
    }

    /// Sends a frame. Nothing happens if the connection is gone.
    pub fn say(&self, frame: &Value) {
        self.say_raw(Message::text(frame.to_string()));
    }

    /// Sends any WebSocket message.
    pub fn say_raw(&self, message: Message) {
        // A pump that is gone has told why: `closed` says so.
        let _ = self.outgoing.send(message);
    }

    /// Posts and waits for the `ack`.
    pub async fn send(&mut self, room: &str, body: &str) -> Value {
        self.send_as(&fresh_client_id(), room, body).await
    }

    /// Posts under a given `client_id` and waits for the `ack`.
    ///
    /// # Panics
    /// If the server answers with an `error`.
    pub async fn send_as(&mut self, client_id: &str, room: &str, body: &str) -> Value {
        let frame = json!({"type": "send", "room": room, "client_id": client_id, "body": body});
        let answer = self.ask(frame).await;
        assert_eq!(answer["type"], "ack", "{answer}");
        answer
    }

    /// Sends a command under a fresh `ref` and waits for its answer: `ack`,
    /// `ok`, `synced` or `error`.
    pub async fn ask(&mut self, mut frame: Value) -> Value {
        let reference = fresh_client_id();
        frame["ref"] = reference.as_str().into();
        self.say(&frame);
        self.wait(&format!("the answer to {frame}"), |answer| {
            answer["ref"] == reference.as_str()
        })
        .await
    }

    /// Asks and expects this `error`.
    pub async fn refused(&mut self, frame: Value, code: &str) -> Value {
        let answer = self.ask(frame).await;
        assert_eq!(
            (&answer["type"], &answer["code"]),
            (&"error".into(), &code.into()),
            "{answer}"
        );
        answer
    }

    /// The first frame of this type that nobody has taken yet.
    pub async fn wait_for(&mut self, kind: &str) -> Value {
        self.wait(&format!("a {kind} frame"), |frame| frame["type"] == kind)
            .await
    }

    /// The `message` frame with this body.
    pub async fn hears(&mut self, body: &str) -> Value {
        self.wait(&format!("the message {body:?}"), |frame| {
            frame["type"] == "message" && frame["message"]["body"] == body
        })
        .await
    }

    /// Waits until this person is said to be `active`, `away` or `offline`.
    pub async fn sees(&mut self, person: &Person, state: &str) {
        self.wait(&format!("{} {state}", person.username), |frame| {
            frame["type"] == "presence"
                && frame["user"] == person.id.as_str()
                && frame["state"] == state
        })
        .await;
    }

    /// The first frame nobody has taken yet that `fits`; the others stay.
    ///
    /// # Panics
    /// With `what` and all that came instead, if it does not come in time.
    pub async fn wait(&mut self, what: &str, mut fits: impl FnMut(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&mut fits) {
            return self.kept.remove(at).expect("it is there");
        }
        let waiting = async {
            loop {
                match self.event().await {
                    Event::Frame(frame) if fits(&frame) => return Ok(frame),
                    Event::Frame(frame) => self.kept.push_back(frame),
                    Event::Closed(code) => return Err(code),
                }
            }
        };
        match timeout(PATIENCE, waiting).await {
            Ok(Ok(frame)) => frame,
            Ok(Err(code)) => panic!("closed with {code} before {what}; had {:?}", self.kept),
            Err(late) => panic!("{late}: no {what}; had {:?}", self.kept),
        }
    }

    /// Everything that has come so far and nobody has taken, up to the answer
    /// to a `ping` sent now: what is not in it was not sent to this socket.
    /// Who came and went meanwhile is left out.
    pub async fn so_far(&mut self) -> Vec<Value> {
        let mut frames = self.so_far_of_all().await;
        frames.retain(|frame| frame["type"] != "presence");
        frames
    }

    /// The same with who came and went.
    pub async fn so_far_of_all(&mut self) -> Vec<Value> {
        self.say(&json!({"type": "ping"}));
        self.wait_for("pong").await;
        self.kept.drain(..).collect()
    }

    /// Drops the frames that came and nobody has taken.
    pub fn forget(&mut self) {
        self.kept.clear();
    }

    /// Waits for the server to close, and returns the code; 1006 if the
    /// connection ended without one.
    pub async fn closed(&mut self) -> u16 {
        let waiting = async {
            loop {
                match self.event().await {
                    Event::Frame(frame) => self.kept.push_back(frame),
                    Event::Closed(code) => return code,
                }
            }
        };
        timeout(PATIENCE, waiting)
            .await
            .expect("the server closes the socket")
    }

    /// Whether the connection has ended, as far as this side has noticed.
    pub fn is_open(&self) -> bool {
        self.closed.is_none() && !self.pump.is_finished()
    }

    /// Closes the way a browser does when its tab is closed.
    pub async fn leave(mut self) {
        self.say_raw(Message::Close(None));
        self.closed().await;
    }

    async fn event(&mut self) -> Event {
        if let Some(code) = self.closed {
            return Event::Closed(code);
        }
        let event = self.incoming.recv().await.unwrap_or(Event::Closed(1006));
        if let Event::Closed(code) = event {
            self.closed = Some(code);
        }
        event
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

/// Moves frames both ways until the connection ends, and answers heartbeats.
async fn pump(
    mut stream: RawSocket,
    mut orders: mpsc::UnboundedReceiver<Message>,
    events: mpsc::UnboundedSender<Event>,
) {
    let mut code = 1006;
    loop {
        let incoming = tokio::select! {
            Some(order) = orders.recv() => {
                if stream.send(order).await.is_err() {
                    break;
                }
                continue;
            }
            incoming = stream.next() => incoming,
        };
        match incoming {
            Some(Ok(Message::Text(text))) => {
                let frame: Value = serde_json::from_str(&text).expect("the server speaks JSON");
                if frame["type"] == "ping" {
                    let pong = Message::text(r#"{"type":"pong"}"#);
                    if stream.send(pong).await.is_err() {
                        break;
                    }
                }
                if events.send(Event::Frame(frame)).is_err() {
                    break;
                }
            }
            Some(Ok(Message::Close(frame))) => {
                code = frame.map_or(1005, |frame| frame.code.into());
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => break,
        }
    }
    // The reader may have dropped its socket already.
    let _ = events.send(Event::Closed(code));
}
