//! What the server tells whom.

use serde_json::{Value, json};

use super::{Fault, Post, ROOM, Server, Socket};
use crate::faults::checker::Row;

impl Server {
    pub(super) fn greet(&mut self, connection: u32, holds: Option<u64>) {
        let head = self.head();
        let mut socket = Socket::default();
        let room = json!({"id": ROOM, "version": head});
        socket
            .down
            .push_back(json!({"type": "welcome", "epoch": "e", "rooms": [room]}));
        match holds {
            None => socket.cursor = Some(head),
            Some(version) if version > head => {
                socket.cursor = Some(head);
                socket.down.push_back(synced(head, true));
            }
            Some(version) => {
                socket.reads.push_back(version);
                if !self.is(Fault::ReadsBeforeSubscribing) {
                    socket.cursor = Some(version);
                    socket.held = Some(Vec::new());
                }
            }
        }
        self.sockets.insert(connection, socket);
    }

    pub(super) fn publish(&mut self, seq: u64, row: &Row) {
        const LAG: usize = 3;
        let (skips, repeats) = (self.is(Fault::SkipsLagging), self.is(Fault::TellsTwice));
        for socket in self.sockets.values_mut() {
            let Some(cursor) = socket.cursor else {
                continue;
            };
            if let Some(held) = &mut socket.held {
                held.push(seq);
            } else if seq == cursor + 1 || repeats && seq == cursor {
                socket.cursor = Some(seq);
                if !(skips && socket.down.len() >= LAG) {
                    socket.down.push_back(message(row));
                }
            } else if seq > cursor {
                socket.held = Some(vec![seq]);
                socket.reads.push_back(cursor);
            }
        }
    }

    pub(super) fn read(&mut self, connection: u32) {
        let head = self.head();
        let Some(socket) = self.sockets.get_mut(&connection) else {
            return;
        };
        let Some(from) = socket.reads.pop_front() else {
            // The past was read before: what came since is nobody's.
            socket.cursor = Some(head);
            return;
        };
        socket
            .down
            .extend(self.log.range(from + 1..).map(|(_, row)| message(row)));
        socket.down.push_back(synced(head.max(from), false));
        if let Some(held) = socket.held.take_if(|_| socket.reads.is_empty()) {
            let mut cursor = head.max(from);
            for seq in held {
                if seq == cursor + 1 {
                    cursor = seq;
                    socket.down.extend(self.log.get(&seq).map(message));
                }
            }
            socket.cursor = Some(cursor);
        }
    }

    pub(super) fn ack(&mut self, post: &Post, seq: u64, id: &str) {
        let ack = json!({
            "type": "ack", "ref": post.cid, "room": ROOM, "client_id": post.cid,
            "id": id, "seq": seq, "version": seq,
        });
        self.answer(post.connection, ack);
    }

    pub(super) fn refuse(&mut self, post: &Post, retry: bool) {
        let error = json!({"type": "error", "ref": post.cid, "code": "x", "retry": retry});
        self.answer(post.connection, error);
    }

    fn answer(&mut self, connection: u32, frame: Value) {
        if let Some(socket) = self.sockets.get_mut(&connection) {
            socket.down.push_back(frame);
        }
    }

    /// The next frame on its way to a client.
    pub(in super::super) fn says(&mut self, connection: u32) -> Option<Value> {
        self.sockets.get_mut(&connection)?.down.pop_front()
    }

    pub(in super::super) fn has_to_say(&self, connection: u32) -> bool {
        let socket = self.sockets.get(&connection);
        socket.is_some_and(|socket| !socket.down.is_empty())
    }
}

fn message(row: &Row) -> Value {
    let message = json!({
        "id": row.id, "seq": row.seq, "version": row.seq, "client_id": row.cid,
    });
    json!({"type": "message", "room": ROOM, "version": row.seq, "message": message})
}

fn synced(version: u64, reset: bool) -> Value {
    json!({"type": "synced", "room": ROOM, "version": version, "complete": true, "reset": reset})
}
