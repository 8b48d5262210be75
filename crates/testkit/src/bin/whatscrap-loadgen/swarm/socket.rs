//! One socket of the swarm: its bytes, and where it stands in its rooms.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};

use mio::net::TcpStream;
use serde::Deserialize;

use super::frame;
use super::scan::RoomId;

/// The connection is gone.
#[derive(Debug)]
pub(crate) struct Gone;

/// How far a socket has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The upgrade is asked for.
    Upgrading,
    /// It is a WebSocket.
    Open,
    /// The welcome is there.
    Live,
    /// It has ended.
    Gone,
}

/// A socket's place in one of its rooms.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) room: RoomId,
    /// The latest change it has heard.
    pub(crate) version: u64,
}

pub(crate) struct Socket {
    pub(crate) stream: TcpStream,
    pub(crate) stage: Stage,
    /// The number of the node it is on.
    pub(crate) node: usize,
    /// By room.
    pub(crate) places: Vec<Place>,
    /// The rooms it posts into, the next one first.
    pub(crate) agenda: VecDeque<RoomId>,
    /// The beginning of a frame whose end has not arrived.
    tail: Vec<u8>,
    /// What the server has not taken yet.
    out: Vec<u8>,
}

impl Socket {
    /// A socket that asks for its upgrade as soon as it is connected.
    pub(crate) fn new(stream: TcpStream, node: usize, request: Vec<u8>) -> Self {
        Self {
            stream,
            stage: Stage::Upgrading,
            node,
            places: Vec::new(),
            agenda: VecDeque::new(),
            tail: Vec::new(),
            out: request,
        }
    }

    /// Reads what has arrived into `buffer`, behind the tail of last time, and
    /// returns how many bytes are there; `None` if nothing new is.
    pub(crate) fn read(&mut self, buffer: &mut Vec<u8>) -> Result<Option<usize>, Gone> {
        let held = self.tail.len();
        if buffer.len() < 2 * held {
            buffer.resize(2 * held, 0);
        }
        buffer[..held].copy_from_slice(&self.tail);
        loop {
            return match self.stream.read(&mut buffer[held..]) {
                Ok(0) => Err(Gone),
                Ok(count) => Ok(Some(held + count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
                Err(_) => Err(Gone),
            };
        }
    }

    /// Keeps the beginning of a frame until its end arrives.
    pub(crate) fn keep(&mut self, tail: &[u8]) {
        self.tail.clear();
        self.tail.extend(tail);
    }

    /// Queues a text frame. It leaves with the next [`Socket::flush`].
    pub(crate) fn say(&mut self, text: &[u8]) {
        frame::push_text(&mut self.out, text);
    }

    /// Writes what is queued, as far as the server takes it.
    pub(crate) fn flush(&mut self) -> Result<(), Gone> {
        while !self.out.is_empty() {
            match self.stream.write(&self.out) {
                Ok(count) => drop(self.out.drain(..count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_not_yet(&error) => return Ok(()),
                Err(_) => return Err(Gone),
            }
        }
        Ok(())
    }

    pub(crate) fn place(&mut self, room: &RoomId) -> Option<&mut Place> {
        let at = self.places.binary_search_by(|place| place.room.cmp(room));
        at.ok().map(|at| &mut self.places[at])
    }

    /// The room to post into; the others have their turn before it has another.
    pub(crate) fn next_room(&mut self) -> Option<RoomId> {
        let room = self.agenda.pop_front()?;
        self.agenda.push_back(room);
        Some(room)
    }

    /// Takes its rooms from the welcome.
    pub(crate) fn welcomed(&mut self, text: &[u8]) {
        let welcome: Welcome = serde_json::from_slice(text).expect("a welcome names its rooms");
        let places = welcome.rooms.into_iter().map(|room| Place {
            room: *room.id.as_bytes().first_chunk().expect("an id is a UUID"),
            version: room.version,
        });
        self.places = places.collect();
        self.places.sort_unstable_by_key(|place| place.room);
        self.stage = Stage::Live;
    }
}

fn is_not_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::NotConnected
    )
}

#[derive(Deserialize)]
struct Welcome<'a> {
    #[serde(borrow)]
    rooms: Vec<WelcomeRoom<'a>>,
}

#[derive(Deserialize)]
struct WelcomeRoom<'a> {
    id: &'a str,
    version: u64,
}
