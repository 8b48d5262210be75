//! The model of a server: one room, one writer, and what can be wrong with it.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value;

use crate::faults::checker::Row;

mod sockets;
mod writer;

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
}

/// What the server can do next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    Write(usize),
    Read(u32),
}
