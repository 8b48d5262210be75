//! A [`Client`] that says what it does and sees.

use std::sync::Arc;

use serde_json::Value;

use super::history::{Entry, Kind, Op};
use crate::server::Client;

/// One actor's client, and what a history has to know of it. Without any
/// network, like the client itself.
#[derive(Debug)]
pub(crate) struct Witness {
    name: Arc<str>,
    client: Client,
}

impl Witness {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            client: Client::forgetful(),
        }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn hello(&mut self) -> Value {
        self.client.hello()
    }

    pub(crate) fn entry(&self, op: Op, kind: Kind) -> Entry {
        Entry::new(&self.name, op, kind)
    }

    /// Says something: what is to be recorded, before the frame that is to be sent.
    pub(crate) fn say(&mut self, room: &str, body: &str) -> (Entry, Value) {
        let (cid, frame) = self.client.say(room, body);
        (
            self.entry(Op::Invoke, Kind::Send).room(room).cid(&cid),
            frame,
        )
    }

    /// Takes in a frame: what is to be recorded, and what is to be sent because of it.
    pub(crate) fn hear(&mut self, frame: &Value) -> (Vec<Entry>, Vec<Value>) {
        let room = frame["room"].as_str().unwrap_or_default();
        match frame["type"].as_str() {
            Some("welcome") => {
                let mut entries = vec![self.entry(Op::Ok, Kind::Open)];
                for room in frame["rooms"].as_array().into_iter().flatten() {
                    entries.extend(self.joins(room));
                }
                (entries, self.client.receive(frame))
            }
            Some("room") => (
                self.joins(&frame["room"]).into_iter().collect(),
                self.client.receive(frame),
            ),
            Some("ack") => {
                let mut ack = self.placed(Op::Ok, Kind::Send, frame).room(room);
                ack.duplicate = frame["duplicate"] == true;
                (vec![ack], self.client.receive(frame))
            }
            Some("error") => (
                self.refused(frame).into_iter().collect(),
                self.client.receive(frame),
            ),
            Some("message") => {
                let before = self.client.version(room);
                let answers = self.client.receive(frame);
                let applied = self.client.version(room) != before;
                let op = if applied { Op::Ok } else { Op::Info };
                let heard = self.placed(op, Kind::Ev, &frame["message"]).room(room);
                (vec![heard], answers)
            }
            Some("synced") => {
                let version = frame["version"].as_u64().unwrap_or_default();
                let mut entries = vec![self.entry(Op::Ok, Kind::Synced).room(room).seq(version)];
                if frame["reset"] == true {
                    entries.push(self.entry(Op::Info, Kind::Joined).room(room).seq(version));
                }
                (entries, self.client.receive(frame))
            }
            Some("bye") => {
                let code = frame["code"].as_u64().unwrap_or_default();
                let bye = self.entry(Op::Ok, Kind::Bye).seq(code);
                (vec![bye], self.client.receive(frame))
            }
            _ => (Vec::new(), self.client.receive(frame)),
        }
    }

    /// A room that the client is about to follow from where it stands.
    fn joins(&self, room: &Value) -> Option<Entry> {
        let (id, version) = (room["id"].as_str()?, room["version"].as_u64()?);
        let is_new = !self.client.follows(id);
        is_new.then(|| self.entry(Op::Ok, Kind::Joined).room(id).seq(version))
    }

    fn refused(&self, frame: &Value) -> Option<Entry> {
        let post = self.client.unacked(&frame["ref"])?;
        let op = if frame["retry"] == true {
            Op::Info
        } else {
            Op::Fail
        };
        let (room, cid) = (post["room"].as_str()?, post["client_id"].as_str()?);
        Some(self.entry(op, Kind::Send).room(room).cid(cid))
    }

    /// A step about one message, as an `ack` or the message itself names it.
    fn placed(&self, op: Op, kind: Kind, message: &Value) -> Entry {
        let text = |field: &str| message[field].as_str().unwrap_or_default();
        self.entry(op, kind)
            .cid(text("client_id"))
            .id(text("id"))
            .seq(message["seq"].as_u64().unwrap_or_default())
    }
}
