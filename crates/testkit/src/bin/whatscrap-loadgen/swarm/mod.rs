//! Many sockets on one thread, which hear as fast as a thread can.
//!
//! At a million deliveries a second a task and a library's buffers for each
//! socket cost more than the server's work, so the swarm reads the sockets
//! itself: one poll, one buffer that all of them share, and of each frame only
//! the few bytes that tell whether it is the next one of its room.

mod frame;
mod record;
mod run;
mod scan;
mod socket;
mod tally;
mod upgrade;

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use record::Record;
use socket::{Gone, Socket};

pub(crate) use frame::server as server_frame;
pub(crate) use run::{Measured, Pace, Run};
pub(crate) use scan::RoomId;
pub(crate) use socket::Stage;
pub(crate) use tally::{Faults, times};
pub(crate) use upgrade::answer as server_upgrade;

/// As much as is read from one socket at once.
const BUFFER: usize = 256 << 10;

/// How long sockets may take to open.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long a turn waits for news when nothing is due.
const BREATH: Duration = Duration::from_millis(10);

/// The first frame of every socket.
const HELLO: &[u8] = br#"{"type":"hello","v":1}"#;

pub(crate) struct Swarm {
    poll: Poll,
    events: Events,
    /// Names and addresses of the server's nodes; sockets go to them in turn.
    nodes: Vec<(String, SocketAddr)>,
    sockets: Vec<Socket>,
    buffer: Vec<u8>,
    record: Record,
}

impl Swarm {
    /// No sockets yet, of the server whose nodes are at `origins`.
    pub(crate) fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        let nodes = origins.into_iter().map(|origin| {
            let authority = origin.trim_start_matches("http://").to_owned();
            let address = authority.to_socket_addrs()?.next();
            Ok((authority, address.ok_or(ErrorKind::AddrNotAvailable)?))
        });
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            nodes: nodes.collect::<io::Result<_>>()?,
            sockets: Vec::new(),
            buffer: vec![0; BUFFER],
            record: Record::new(),
        })
    }

    /// Opens a socket for each cookie, so many of them at once, and returns how
    /// long that took until the last was upgraded.
    pub(crate) fn open<'a>(
        &mut self,
        cookies: impl IntoIterator<Item = &'a str>,
        at_once: usize,
    ) -> io::Result<Duration> {
        let start = Instant::now();
        let mut first = self.sockets.len();
        let mut cookies = cookies.into_iter().fuse();
        loop {
            while self
                .stage(first)
                .is_some_and(|stage| stage != Stage::Upgrading)
            {
                first += 1;
            }
            let opening = self.sockets[first..].iter();
            let opening = opening.filter(|socket| socket.stage == Stage::Upgrading);
            for cookie in cookies.by_ref().take(at_once - opening.count()) {
                self.connect(cookie)?;
            }
            if first == self.sockets.len() {
                return Ok(start.elapsed());
            }
            self.turn_before(start + PATIENCE)?;
        }
    }

    fn connect(&mut self, cookie: &str) -> io::Result<()> {
        let node = self.sockets.len() % self.nodes.len();
        let (authority, address) = &self.nodes[node];
        let mut stream = TcpStream::connect(*address)?;
        let token = Token(self.sockets.len());
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll
            .registry()
            .register(&mut stream, token, interest)?;
        let request = upgrade::request(authority, cookie);
        self.sockets.push(Socket::new(stream, node, request));
        Ok(())
    }

    /// Says hello on every open socket, so many of them at once, and returns how long it took
    /// until the last was welcome.
    pub(crate) fn greet(&mut self, at_once: usize) -> io::Result<Duration> {
        let start = Instant::now();
        let (mut first, mut said) = (0, 0);
        loop {
            while self.stage(first).is_some_and(|stage| stage != Stage::Open) {
                first += 1;
            }
            if first == self.sockets.len() {
                return Ok(start.elapsed());
            }
            said = said.max(first);
            let waiting = self.sockets[first..said].iter();
            let waiting = waiting.filter(|socket| socket.stage == Stage::Open);
            let end = said + at_once - waiting.count();
            let end = end.min(self.sockets.len());
            for number in said..end {
                self.sockets[number].say(HELLO);
                self.flush(number);
            }
            said = end;
            self.turn_before(start + PATIENCE)?;
        }
    }

    /// Says something on one socket.
    pub(crate) fn say(&mut self, number: usize, text: &[u8]) {
        self.sockets[number].say(text);
        self.flush(number);
    }

    /// Hears for so long.
    pub(crate) fn listen(&mut self, time: Duration) -> io::Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.turn(left.min(BREATH))?;
        }
    }

    fn stage(&self, number: usize) -> Option<Stage> {
        self.sockets.get(number).map(|socket| socket.stage)
    }

    fn turn_before(&mut self, deadline: Instant) -> io::Result<()> {
        if Instant::now() > deadline {
            return Err(ErrorKind::TimedOut.into());
        }
        self.turn(BREATH)
    }

    /// Hears and writes whatever is ready, waiting for that at most `within`.
    fn turn(&mut self, within: Duration) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(within)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        for event in &events {
            let Token(number) = event.token();
            if event.is_readable() || event.is_read_closed() {
                self.hear(number, event.is_read_closed());
            }
            self.flush(number);
        }
        self.events = events;
        Ok(())
    }

    /// Hears what one socket has. A read that does not fill the buffer has
    /// emptied the socket, unless its end is what is left to be read.
    fn hear(&mut self, number: usize, ends: bool) {
        let socket = &mut self.sockets[number];
        while socket.stage != Stage::Gone {
            let Ok(read) = socket.read(&mut self.buffer) else {
                return self.lose(number);
            };
            let Some(filled) = read else { return };
            match self.record.hear(socket, &self.buffer[..filled]) {
                Ok(tail) => socket.keep(tail),
                Err(Gone) => return self.lose(number),
            }
            if filled < self.buffer.len() && !ends {
                return;
            }
        }
    }

    fn flush(&mut self, number: usize) {
        if self.sockets[number].stage != Stage::Gone && self.sockets[number].flush().is_err() {
            self.lose(number);
        }
    }

    fn lose(&mut self, number: usize) {
        let socket = &mut self.sockets[number];
        if socket.stage != Stage::Gone {
            socket.stage = Stage::Gone;
            self.record.tally.faults.closed += 1;
            // A stream that is already gone from the poll needs no leave.
            let _ = self.poll.registry().deregister(&mut socket.stream);
        }
    }
}
