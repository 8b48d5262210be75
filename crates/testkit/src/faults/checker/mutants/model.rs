//! The model of a server: one room, one writer, and what can be wrong with it.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::{Value, json};

use crate::faults::checker::Row;

pub(super) const ROOM: &str = "room";

/// What a server may do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    AcksBeforeCommit,
    RemembersInMemory,
    ReadsBeforeSubscribing,
    /// Places are taken when a post arrives, and two lanes commit in any order.
    CountsOutside,
    SkipsLagging,
    TellsBeforeCommit,
    TellsTwice,
    ServesNewestFirst,
    RefusesAfterCommit,
}

/// A post that waits, and from which connection it came.
#[derive(Debug, Clone)]
struct Post {
    connection: u32,
    author: String,
    cid: String,
    /// Taken already, where the counter is outside the transaction.
    seq: Option<u64>,
}

/// A group of posts on its way through the writer: each with its place, and whether it is new.
type Group = Vec<(Post, u64, bool)>;

/// Where a lane of the writer stands.
#[derive(Debug, Default)]
enum Stage {
    #[default]
    Idle,
    Decided(Group),
    Committed(Group),
}

/// A connection as the server sees it.
#[derive(Debug, Default)]
struct Socket {
    /// The place up to which everything was sent; `None` until it is subscribed.
    cursor: Option<u64>,
    /// The places that wait for a catch-up to end.
    held: Option<Vec<u64>>,
    /// Catch-ups to come, each from where.
    reads: VecDeque<u64>,
    /// What is on its way to the client.
    down: VecDeque<Value>,
}

#[derive(Debug, Default)]
pub(super) struct Server {
    fault: Option<Fault>,
    /// What is on the disk.
    log: BTreeMap<u64, Row>,
    /// A counter that no transaction takes back.
    counter: u64,
    line: VecDeque<Post>,
    lanes: [Stage; 2],
    remembered: HashMap<String, u64>,
    sockets: BTreeMap<u32, Socket>,
    ids: u64,
}

impl Server {
    pub(super) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        self.log.values().cloned().collect()
    }

    fn head(&self) -> u64 {
        self.log.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// `kill -9`: what is not on the disk is gone.
    pub(super) fn crash(&mut self) {
        self.line.clear();
        self.lanes = [Stage::Idle, Stage::Idle];
        self.remembered.clear();
        self.sockets.clear();
    }

    pub(super) fn disconnect(&mut self, connection: u32) {
        self.sockets.remove(&connection);
    }

    /// A frame that a client sent arrives.
    pub(super) fn hear(&mut self, connection: u32, author: &str, frame: &Value) {
        match frame["type"].as_str() {
            Some("hello") => self.greet(connection, frame["rooms"][ROOM].as_u64()),
            Some("sync") => {
                let from = frame["version"].as_u64().unwrap_or(0);
                if let Some(socket) = self.sockets.get_mut(&connection) {
                    socket.held.get_or_insert_default();
                    socket.reads.push_back(from);
                }
            }
            Some("send") => {
                let cid = frame["client_id"].as_str().unwrap_or_default().to_owned();
                let outside = self.is(Fault::CountsOutside) && self.find(author, &cid).is_none();
                self.counter += u64::from(outside);
                self.line.push_back(Post {
                    connection,
                    author: author.to_owned(),
                    cid,
                    seq: outside.then_some(self.counter),
                });
            }
            _ => {}
        }
    }

    fn greet(&mut self, connection: u32, holds: Option<u64>) {
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

    /// Every piece of work that could be done next.
    pub(super) fn work(&self) -> Vec<Work> {
        let lanes = self.lanes.iter().enumerate();
        let mut work: Vec<_> = lanes
            .filter(|(lane, stage)| {
                !matches!(stage, Stage::Idle)
                    || self.line.iter().any(|post| self.lane(post) == *lane)
            })
            .map(|(lane, _)| Work::Write(lane))
            .collect();
        for (connection, socket) in &self.sockets {
            let may_subscribe = socket.cursor.is_none();
            if may_subscribe || !socket.reads.is_empty() {
                work.push(Work::Read(*connection));
            }
        }
        work
    }

    fn lane(&self, post: &Post) -> usize {
        usize::from(self.is(Fault::CountsOutside) && post.author.ends_with('1'))
    }

    /// Does one piece; `refuse` makes a commit fail.
    pub(super) fn does(&mut self, work: Work, refuse: bool) {
        match work {
            Work::Write(lane) => self.write(lane, refuse),
            Work::Read(connection) => self.read(connection),
        }
    }

    fn write(&mut self, lane: usize, refuse: bool) {
        self.lanes[lane] = match std::mem::take(&mut self.lanes[lane]) {
            Stage::Idle => Stage::Decided(self.decide(lane)),
            Stage::Decided(group) if refuse => {
                if !self.is(Fault::AcksBeforeCommit) {
                    for (post, ..) in &group {
                        self.refuse(post, true);
                    }
                }
                Stage::Idle
            }
            Stage::Decided(group) => {
                self.commit(&group);
                Stage::Committed(group)
            }
            Stage::Committed(group) => {
                self.tell(&group);
                Stage::Idle
            }
        };
    }

    fn find(&self, author: &str, cid: &str) -> Option<u64> {
        if self.is(Fault::RemembersInMemory) {
            return self.remembered.get(cid).copied();
        }
        let same = |row: &&Row| row.author == author && row.cid == cid;
        self.log.values().find(same).map(|row| row.seq)
    }

    fn decide(&mut self, lane: usize) -> Group {
        const GROUP: usize = 3;
        self.ids += 1;
        let waiting = std::mem::take(&mut self.line).into_iter();
        let (mut mine, others): (Vec<_>, Vec<_>) =
            waiting.partition(|post| self.lane(post) == lane);
        if self.is(Fault::ServesNewestFirst) {
            mine.reverse();
        }
        let rest = mine.split_off(mine.len().min(GROUP));
        self.line = rest.into_iter().chain(others).collect();
        let (mut next, mut group) = (self.head(), Group::new());
        for post in mine {
            let earlier = group
                .iter()
                .find(|(other, ..)| other.cid == post.cid)
                .map(|other| other.1);
            let known = earlier.or_else(|| self.find(&post.author, &post.cid));
            next += u64::from(known.is_none());
            let seq = known.or(post.seq).unwrap_or(next);
            group.push((post, seq, known.is_none()));
        }
        for (post, seq, new) in &group {
            if self.is(Fault::AcksBeforeCommit) {
                self.ack(post, *seq, &self.id(*seq));
            }
            if self.is(Fault::TellsBeforeCommit) && *new {
                let row = self.row(post, *seq);
                self.publish(*seq, &row);
            }
        }
        group
    }

    /// Ids differ between attempts, as real ones do.
    fn id(&self, seq: u64) -> String {
        format!("{seq}-{}", self.ids)
    }

    fn row(&self, post: &Post, seq: u64) -> Row {
        Row {
            seq,
            id: self.id(seq),
            author: post.author.clone(),
            cid: post.cid.clone(),
        }
    }

    fn commit(&mut self, group: &Group) {
        for (post, seq, _) in group.iter().filter(|(.., new)| *new) {
            let row = self.row(post, *seq);
            self.log.insert(*seq, row);
            self.remembered.insert(post.cid.clone(), *seq);
        }
    }

    fn tell(&mut self, group: &Group) {
        let times = if self.is(Fault::TellsTwice) { 2 } else { 1 };
        for (post, seq, new) in group {
            let Some(row) = self.log.get(seq).cloned() else {
                continue;
            };
            if *new && !self.is(Fault::TellsBeforeCommit) {
                (0..times).for_each(|_| self.publish(*seq, &row));
            }
            if self.is(Fault::RefusesAfterCommit) && seq % 5 == 0 {
                self.refuse(post, false);
            } else if !self.is(Fault::AcksBeforeCommit) {
                self.ack(post, *seq, &row.id);
            }
        }
    }

    fn publish(&mut self, seq: u64, row: &Row) {
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

    fn read(&mut self, connection: u32) {
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

    fn ack(&mut self, post: &Post, seq: u64, id: &str) {
        let ack = json!({
            "type": "ack", "ref": post.cid, "room": ROOM, "client_id": post.cid,
            "id": id, "seq": seq, "version": seq,
        });
        self.answer(post.connection, ack);
    }

    fn refuse(&mut self, post: &Post, retry: bool) {
        let error = json!({"type": "error", "ref": post.cid, "code": "x", "retry": retry});
        self.answer(post.connection, error);
    }

    fn answer(&mut self, connection: u32, frame: Value) {
        if let Some(socket) = self.sockets.get_mut(&connection) {
            socket.down.push_back(frame);
        }
    }

    /// The next frame on its way to a client.
    pub(super) fn says(&mut self, connection: u32) -> Option<Value> {
        self.sockets.get_mut(&connection)?.down.pop_front()
    }

    pub(super) fn has_to_say(&self, connection: u32) -> bool {
        let socket = self.sockets.get(&connection);
        socket.is_some_and(|socket| !socket.down.is_empty())
    }
}

/// What the server can do next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    Write(usize),
    Read(u32),
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
