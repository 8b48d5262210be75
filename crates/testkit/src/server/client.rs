//! A client as the protocol means it, without any network: what it holds, what
//! it still has to say, and what it makes of each frame.
//!
//! A driver opens a socket, sends [`Client::hello`], hands every frame to
//! [`Client::receive`] and sends what that returns. When the connection ends it
//! opens another and begins again with `hello`. Whatever happens in between, a
//! room's messages end up complete, each once, and in order, and every message
//! said is acknowledged exactly once; [`Client::breaches`] tells if the server
//! did not keep its side.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::server::post::fresh_client_id;

/// Everything one user's device knows.
#[derive(Debug, Default)]
pub struct Client {
    epoch: Value,
    rooms: BTreeMap<String, Room>,
    outbox: Vec<Pending>,
    acked: BTreeMap<String, Value>,
    breaches: Vec<String>,
    forgetful: bool,
}

/// What a device holds of one room.
#[derive(Debug, Default)]
struct Room {
    /// The latest change applied.
    version: u64,
    /// Up to which change nothing is held: it came later.
    since: u64,
    /// From `hello` or `sync` to a complete `synced`: versions may skip.
    catching_up: bool,
    /// The newest state of every message heard, by its place.
    messages: BTreeMap<u64, Value>,
}

/// A message that is said but not known to be committed.
#[derive(Debug)]
struct Pending {
    client_id: String,
    frame: Value,
}

impl Client {
    /// One that keeps its cursors and not the messages: for thousands of them.
    pub fn forgetful() -> Self {
        Self {
            forgetful: true,
            ..Self::default()
        }
    }

    /// The first frame of a new connection: what is held, and up to where.
    pub fn hello(&mut self) -> Value {
        let mut rooms = json!({});
        for (id, room) in &mut self.rooms {
            room.catching_up = true;
            rooms[id] = room.version.into();
        }
        json!({"type": "hello", "v": 1, "epoch": self.epoch, "rooms": rooms})
    }

    /// Says something: returns its `client_id` and the frame to send, which is
    /// sent again after every reconnect until it is acknowledged.
    pub fn say(&mut self, room: &str, body: &str) -> (String, Value) {
        let client_id = fresh_client_id();
        let frame = json!({
            "type": "send", "ref": client_id, "room": room, "client_id": client_id, "body": body,
        });
        self.outbox.push(Pending {
            client_id: client_id.clone(),
            frame: frame.clone(),
        });
        (client_id, frame)
    }

    /// Takes in a frame and returns what is to be sent because of it.
    pub fn receive(&mut self, frame: &Value) -> Vec<Value> {
        match frame["type"].as_str() {
            Some("welcome") => self.welcomed(frame),
            Some("ack") => {
                self.acknowledged(frame);
                Vec::new()
            }
            Some("error") => self.refused(frame).into_iter().collect(),
            Some("message") => self.heard(frame).into_iter().collect(),
            Some("synced") => self.synced(frame).into_iter().collect(),
            Some("room") => {
                let room = &frame["room"];
                let version = room["version"].as_u64().unwrap_or(0);
                self.rooms
                    .entry(text(&room["id"]))
                    .or_insert_with(|| Room::at(version));
                Vec::new()
            }
            Some("left") => {
                self.rooms.remove(&text(&frame["room"]));
                Vec::new()
            }
            Some("ping") => {
                let mut answers = self.behind(&frame["rooms"]);
                answers.insert(0, json!({"type": "pong"}));
                answers
            }
            _ => Vec::new(),
        }
    }

    fn welcomed(&mut self, frame: &Value) -> Vec<Value> {
        self.epoch = frame["epoch"].clone();
        for room in frame["rooms"].as_array().into_iter().flatten() {
            let version = room["version"].as_u64().unwrap_or(0);
            self.rooms
                .entry(text(&room["id"]))
                .or_insert_with(|| Room::at(version));
        }
        self.outbox
            .iter()
            .map(|pending| pending.frame.clone())
            .collect()
    }

    fn acknowledged(&mut self, frame: &Value) {
        let client_id = text(&frame["client_id"]);
        self.outbox.retain(|pending| pending.client_id != client_id);
        if let Some(first) = self.acked.get(&client_id) {
            if ["id", "seq", "version"]
                .iter()
                .any(|field| first[field] != frame[field])
            {
                self.breaches
                    .push(format!("{first} was acknowledged again as {frame}"));
            }
            return;
        }
        self.acked.insert(client_id, frame.clone());
    }

    /// A refusal that may be retried is sent again; any other drops the message.
    fn refused(&mut self, frame: &Value) -> Option<Value> {
        let reference = &frame["ref"];
        if frame["retry"] == true {
            let pending = self
                .outbox
                .iter()
                .find(|pending| pending.frame["ref"] == *reference);
            return pending.map(|pending| pending.frame.clone());
        }
        self.outbox
            .retain(|pending| pending.frame["ref"] != *reference);
        None
    }

    fn heard(&mut self, frame: &Value) -> Option<Value> {
        let id = text(&frame["room"]);
        let version = frame["version"].as_u64().unwrap_or(0);
        let Some(room) = self.rooms.get_mut(&id) else {
            self.breaches
                .push(format!("a message of a room that is not mine: {frame}"));
            return None;
        };
        let message = &frame["message"];
        if message["version"] != frame["version"] {
            self.breaches
                .push(format!("two versions in one frame: {frame}"));
        }
        let expected = room.version + 1;
        if version < expected {
            self.breaches
                .push(format!("version {version} after {}: {frame}", room.version));
            return None;
        }
        if version > expected && !room.catching_up {
            room.catching_up = true;
            return Some(sync(&id, room.version));
        }
        room.version = version;
        if let Some(seq) = message["seq"].as_u64()
            && !self.forgetful
        {
            room.messages.insert(seq, message.clone());
            room.requote(message);
        }
        None
    }

    fn synced(&mut self, frame: &Value) -> Option<Value> {
        let id = text(&frame["room"]);
        let room = self.rooms.get_mut(&id)?;
        room.version = frame["version"].as_u64().unwrap_or(room.version);
        if frame["reset"] == true {
            room.messages.clear();
            room.since = room.version;
        }
        if frame["complete"] == true {
            room.catching_up = false;
            return None;
        }
        Some(sync(&id, room.version))
    }

    /// Asks for the rooms in which the heartbeat is ahead of what is held.
    fn behind(&mut self, versions: &Value) -> Vec<Value> {
        let versions = versions.as_object().into_iter().flatten();
        let mut asks = Vec::new();
        for (id, version) in versions {
            if let Some(room) = self.rooms.get_mut(id)
                && version.as_u64() > Some(room.version)
                && !room.catching_up
            {
                room.catching_up = true;
                asks.push(sync(id, room.version));
            }
        }
        asks
    }

    /// The latest change applied in a room.
    pub fn version(&self, room: &str) -> u64 {
        self.rooms.get(room).map_or(0, |room| room.version)
    }

    /// Up to which change nothing of a room is held.
    pub fn since(&self, room: &str) -> u64 {
        self.rooms.get(room).map_or(0, |room| room.since)
    }

    /// The latest change applied in every room it follows.
    pub fn versions(&self) -> BTreeMap<String, u64> {
        let rooms = self.rooms.iter();
        rooms.map(|(id, room)| (id.clone(), room.version)).collect()
    }

    /// The messages held of a room, in its order.
    pub fn messages(&self, room: &str) -> Vec<&Value> {
        let room = self.rooms.get(room);
        room.map(|room| room.messages.values().collect())
            .unwrap_or_default()
    }

    /// Whether it follows a room.
    pub fn follows(&self, room: &str) -> bool {
        self.rooms.contains_key(room)
    }

    /// The frame of a message that is said but not acknowledged, by its `ref`.
    pub fn unacked(&self, reference: &Value) -> Option<&Value> {
        let mut frames = self.outbox.iter().map(|pending| &pending.frame);
        frames.find(|frame| frame["ref"] == *reference)
    }

    /// How many messages are said but not acknowledged.
    pub fn unacked_count(&self) -> usize {
        self.outbox.len()
    }

    /// Whether the server has ever welcomed it.
    pub fn is_welcome(&self) -> bool {
        !self.epoch.is_null()
    }

    /// Whether nothing is unsaid and no room is catching up.
    pub fn is_quiet(&self) -> bool {
        self.outbox.is_empty() && self.rooms.values().all(|room| !room.catching_up)
    }

    /// The first `ack` of each message said, by `client_id`.
    pub fn acked(&self) -> &BTreeMap<String, Value> {
        &self.acked
    }

    /// What the server did that the protocol rules out.
    pub fn breaches(&self) -> &[String] {
        &self.breaches
    }
}

impl Room {
    fn at(version: u64) -> Self {
        Self {
            version,
            since: version,
            ..Self::default()
        }
    }

    /// What answers a message that changed quotes it as it is now. Only of short and plain bodies
    /// is the excerpt all of it.
    fn requote(&mut self, parent: &Value) {
        let body = parent["body"].as_str().unwrap_or_default();
        for message in self.messages.values_mut() {
            if message["reply_to"]["id"] == parent["id"] && !parent["id"].is_null() {
                message["reply_to"]["excerpt"] = body.into();
            }
        }
    }
}

fn sync(room: &str, version: u64) -> Value {
    json!({"type": "sync", "ref": fresh_client_id(), "room": room, "version": version})
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_at(version: u64) -> Client {
        let mut client = Client::default();
        client.receive(&json!({
            "type": "welcome", "epoch": "e", "rooms": [{"id": "r", "version": version}],
        }));
        client
    }

    fn message(version: u64) -> Value {
        json!({
            "type": "message", "room": "r", "version": version,
            "message": {"seq": version, "version": version, "body": "x"},
        })
    }

    #[test]
    fn a_jump_asks_for_what_was_missed_and_the_answer_heals_it() {
        let mut client = client_at(1);
        assert_eq!(client.receive(&message(2)), Vec::<Value>::new());
        let asked = client.receive(&message(5));
        assert_eq!(
            (&asked[0]["type"], &asked[0]["version"]),
            (&"sync".into(), &2.into())
        );
        for version in [3, 4, 5] {
            assert!(client.receive(&message(version)).is_empty());
        }
        let synced = json!({"type": "synced", "room": "r", "version": 5, "complete": true});
        assert!(client.receive(&synced).is_empty());
        assert_eq!((client.version("r"), client.messages("r").len()), (5, 4));
        assert!(client.is_quiet() && client.breaches().is_empty());
    }

    #[test]
    fn an_incomplete_catch_up_goes_on_from_where_it_ended() {
        let mut client = client_at(1);
        client.hello();
        let synced = json!({"type": "synced", "room": "r", "version": 201, "complete": false});
        assert_eq!(client.receive(&synced)[0]["version"], 201);
    }

    #[test]
    fn what_was_said_is_said_again_until_it_is_acknowledged() {
        let mut client = client_at(0);
        let (client_id, frame) = client.say("r", "hi");
        let welcome = json!({"type": "welcome", "epoch": "e", "rooms": []});
        assert_eq!(client.receive(&welcome), [frame]);
        let ack = json!({"type": "ack", "client_id": client_id, "id": "1", "seq": 1, "version": 1});
        client.receive(&ack);
        assert!(client.receive(&welcome).is_empty());
        let other =
            json!({"type": "ack", "client_id": client_id, "id": "2", "seq": 2, "version": 2});
        client.receive(&other);
        assert_eq!(client.breaches().len(), 1, "a second result is a breach");
    }

    #[test]
    fn a_repeated_or_foreign_message_is_a_breach() {
        let mut client = client_at(3);
        client.receive(&message(3));
        client.receive(&json!({"type": "message", "room": "other", "version": 1}));
        assert_eq!(client.breaches().len(), 2);
    }

    #[test]
    fn a_heartbeat_shows_a_lost_tail() {
        let mut client = client_at(3);
        let answers = client.receive(&json!({"type": "ping", "rooms": {"r": 4}}));
        assert_eq!(answers[0], json!({"type": "pong"}));
        assert_eq!(answers[1]["version"], 3);
    }
}
