//! What all sockets of a swarm write into while they hear.

use std::collections::HashMap;
use std::io::Write as _;
use std::time::Instant;

use super::scan::{self, Heard, RoomId};
use super::socket::{Gone, Socket, Stage};
use super::tally::Tally;
use super::{frame, upgrade};

/// What a client answers to a `ping`.
const PONG: &[u8] = br#"{"type":"pong"}"#;

/// A room that is posted into.
#[derive(Debug)]
pub(crate) struct Room {
    /// Its version before the first post.
    pub(crate) start: u64,
    /// The latest change anyone was told of.
    pub(crate) version: u64,
    pub(crate) acked: u64,
}

pub(crate) struct Record {
    pub(crate) tally: Tally,
    pub(crate) rooms: HashMap<RoomId, Room>,
    /// Whether an ack is followed by the next post.
    pub(crate) keeps_posting: bool,
    /// The delivery time of every change whose version has none of these bits
    /// is measured; order is checked in all.
    pub(crate) sampling: u64,
    /// The body of every post.
    pub(crate) text: String,
    /// The clock of the run: names of messages tell when and to which node they were sent.
    epoch: Instant,
    named: u64,
    scratch: Vec<u8>,
}

impl Record {
    pub(crate) fn new() -> Self {
        Self {
            tally: Tally::default(),
            rooms: HashMap::new(),
            keeps_posting: false,
            sampling: 0,
            text: String::new(),
            epoch: Instant::now(),
            named: 0,
            scratch: Vec::new(),
        }
    }

    /// Takes in what `socket` has read, and returns what is not whole yet.
    pub(crate) fn hear<'a>(
        &mut self,
        socket: &mut Socket,
        bytes: &'a [u8],
    ) -> Result<&'a [u8], Gone> {
        let mut rest = bytes;
        if socket.stage == Stage::Upgrading {
            match upgrade::accepted(rest) {
                None => return Ok(rest),
                Some(Err(upgrade::Refused)) => return Err(Gone),
                Some(Ok(after)) => rest = after,
            }
            socket.stage = Stage::Open;
        }
        let now = self.nanos();
        while let Some((kind, payload, after)) = frame::split(rest) {
            match kind {
                frame::TEXT => self.take(socket, payload, now),
                frame::CLOSE => {
                    let code = payload
                        .first_chunk()
                        .map_or(0, |code| u16::from_be_bytes(*code));
                    eprintln!("the server closed a socket with {code}");
                    return Err(Gone);
                }
                _ => {}
            }
            rest = after;
        }
        Ok(rest)
    }

    fn take(&mut self, socket: &mut Socket, text: &[u8], now: u64) {
        match scan::read(text) {
            Heard::Message { room, version } => {
                self.delivered(socket, room, version);
                if version & self.sampling == 0 {
                    let (micros, node) = sent(text, now);
                    let times = if node == socket.node {
                        &mut self.tally.staying_time
                    } else {
                        &mut self.tally.crossing_time
                    };
                    times.saturating_record(micros);
                }
            }
            Heard::Ack {
                room,
                version,
                duplicate,
            } => {
                self.tally.ack_time.saturating_record(sent(text, now).0);
                self.acked(socket, room, version, duplicate);
            }
            Heard::Error => {
                self.tally.answered += 1;
                self.tally.faults.errors += 1;
            }
            Heard::Welcome => socket.welcomed(text),
            Heard::Ping => socket.say(PONG),
            Heard::Other => {}
        }
    }

    fn delivered(&mut self, socket: &mut Socket, room: &RoomId, version: u64) {
        let faults = &mut self.tally.faults;
        let Some(place) = socket.place(room) else {
            faults.foreign += 1;
            return;
        };
        if version <= place.version {
            faults.repeats += 1;
            return;
        }
        faults.gaps += u64::from(version != place.version + 1);
        place.version = version;
        self.tally.delivered += 1;
    }

    fn acked(&mut self, socket: &mut Socket, room: &RoomId, version: u64, duplicate: bool) {
        self.tally.answered += 1;
        self.tally.acked += 1;
        self.tally.faults.false_duplicates += u64::from(duplicate);
        if let Some(room) = self.rooms.get_mut(room) {
            room.version = room.version.max(version);
            room.acked += 1;
        }
        if self.keeps_posting {
            self.post_next(socket);
        }
    }

    /// Queues a post into the room whose turn it is.
    pub(crate) fn post_next(&mut self, socket: &mut Socket) {
        if let Some(room) = socket.next_room() {
            self.post(socket, &room);
        }
    }

    /// Queues a post, unless the socket is gone; its name is its time, its node and a number of its own.
    pub(crate) fn post(&mut self, socket: &mut Socket, room: &RoomId) {
        if socket.stage != Stage::Live {
            return;
        }
        let (nanos, node, number) = (self.nanos(), socket.node, self.named);
        self.named += 1;
        self.tally.sent += 1;
        self.scratch.clear();
        self.scratch.extend(br#"{"type":"send","room":""#);
        self.scratch.extend(room);
        let text = &self.text;
        write!(
            self.scratch,
            r#"","ref":"{number}","client_id":"{nanos}-{node}-{number}","body":"{text}"}}"#
        )
        .expect("memory takes everything");
        socket.say(&self.scratch);
    }

    fn nanos(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// How many microseconds ago the message of this frame was sent, and to which node.
fn sent(text: &[u8], now: u64) -> (u64, usize) {
    let (at, node) = scan::sent(text).unwrap_or_default();
    let node = usize::try_from(node).unwrap_or(usize::MAX);
    (now.saturating_sub(at) / 1_000, node)
}
