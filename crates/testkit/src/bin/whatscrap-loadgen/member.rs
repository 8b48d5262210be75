//! One socket of a room: hears everything, and posts if it is a sender.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::{SinkExt, StreamExt};
use tokio::sync::watch;
use tokio::time::{Instant, Interval};
use tokio_tungstenite::tungstenite::Message;
use whatscrap_testkit::{Person, RawSocket};

use crate::report::Tally;
use crate::scan::{self, Frame};

/// When the members are to do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Everyone is still coming in.
    Gathering,
    /// Senders send.
    Sending,
    /// Posts on the way are answered.
    Settling,
    /// Every post is answered: whoever has heard all of them leaves.
    Leaving,
}

/// How a sender paces itself.
pub(crate) enum Pace {
    /// Keeps this many posts on the way.
    InFlight(usize),
    /// Posts at each tick.
    Ticks(Interval),
}

/// What the members of one room share.
pub(crate) struct Room {
    pub(crate) id: String,
    /// The latest change anyone was told of.
    pub(crate) version: u64,
}

/// One socket of a room.
pub(crate) struct Member {
    pub(crate) socket: RawSocket,
    pub(crate) room: Rc<RefCell<Room>>,
    pub(crate) tally: Rc<RefCell<Tally>>,
    /// The clock of the run: names of messages tell when they were sent.
    pub(crate) epoch: Instant,
    pub(crate) number: usize,
    /// The latest change this socket has heard.
    pub(crate) version: u64,
    pub(crate) text: Rc<str>,
}

impl Member {
    /// Opens a socket for a member of `room` and says hello.
    pub(crate) async fn open(person: &Person) -> RawSocket {
        let mut socket = person
            .upgrade()
            .raw()
            .await
            .expect("the upgrade is accepted");
        let hello = Message::text(r#"{"type":"hello","v":1}"#);
        socket.send(hello).await.expect("the socket is open");
        let welcome = socket.next().await;
        welcome
            .expect("a welcome comes")
            .expect("the socket is open");
        socket
    }

    /// Hears and, with a `pace`, posts, until the room is quiet at the end.
    pub(crate) async fn run(
        mut self,
        mut pace: Option<Pace>,
        mut phase: watch::Receiver<Phase>,
    ) -> Self {
        loop {
            let now = *phase.borrow();
            if now == Phase::Leaving && self.has_heard_all() {
                return self;
            }
            let mut ticks = match &mut pace {
                Some(Pace::Ticks(ticks)) if now == Phase::Sending => Some(ticks),
                _ => None,
            };
            let going = tokio::select! {
                biased;
                changed = phase.changed() => {
                    if changed.is_err() {
                        return self;
                    }
                    match pace {
                        Some(Pace::InFlight(count)) if *phase.borrow() == Phase::Sending => self.post(count).await,
                        _ => true,
                    }
                }
                frame = self.socket.next() => match frame {
                    Some(Ok(frame)) => self.hear(&frame, now, pace.as_ref()).await,
                    _ => false,
                },
                () = async { ticks.as_mut().expect("guarded").tick().await; }, if ticks.is_some() => self.post(1).await,
            };
            if !going {
                self.tally.borrow_mut().faults.closed += 1;
                return self;
            }
        }
    }

    /// Whether it is as far as anyone was told of.
    pub(crate) fn has_heard_all(&self) -> bool {
        self.version >= self.room.borrow().version
    }

    /// Takes a frame in; `false` if the socket is gone.
    async fn hear(&mut self, frame: &Message, phase: Phase, pace: Option<&Pace>) -> bool {
        let Message::Text(text) = frame else {
            return !frame.is_close();
        };
        match scan::frame(text) {
            Frame::Message { version, client_id } => self.delivered(version, client_id, phase),
            Frame::Ack {
                version,
                client_id,
                duplicate,
            } => {
                self.acked(version, client_id, duplicate, phase);
                if phase == Phase::Sending && matches!(pace, Some(Pace::InFlight(_))) {
                    return self.post(1).await;
                }
            }
            Frame::Error => {
                let mut tally = self.tally.borrow_mut();
                tally.answered += 1;
                tally.faults.errors += 1;
            }
            Frame::Ping => {
                return self
                    .socket
                    .send(Message::text(r#"{"type":"pong"}"#))
                    .await
                    .is_ok();
            }
            Frame::Other => {}
        }
        true
    }

    fn delivered(&mut self, version: u64, client_id: &str, phase: Phase) {
        let mut tally = self.tally.borrow_mut();
        if version <= self.version {
            tally.faults.repeats += 1;
            return;
        }
        if version != self.version + 1 {
            tally.faults.gaps += 1;
        }
        self.version = version;
        if phase == Phase::Sending {
            tally.delivered += 1;
        }
        tally
            .delivery_time
            .saturating_record(self.micros_since(client_id));
    }

    fn acked(&mut self, version: u64, client_id: &str, duplicate: bool, phase: Phase) {
        let mut room = self.room.borrow_mut();
        room.version = room.version.max(version);
        let mut tally = self.tally.borrow_mut();
        tally.answered += 1;
        tally.faults.false_duplicates += u64::from(duplicate);
        if phase == Phase::Sending {
            tally.acked += 1;
        }
        tally
            .ack_time
            .saturating_record(self.micros_since(client_id));
    }

    /// Posts `count` messages in one write.
    async fn post(&mut self, count: usize) -> bool {
        for _ in 0..count {
            let nanos = self.epoch.elapsed().as_nanos();
            let (number, sent) = (self.number, self.tally.borrow().sent);
            let frame = format!(
                r#"{{"type":"send","ref":"{sent}","room":"{}","client_id":"{nanos}-{number}-{sent}","body":"{}"}}"#,
                self.room.borrow().id,
                self.text
            );
            if self.socket.feed(Message::text(frame)).await.is_err() {
                return false;
            }
            self.tally.borrow_mut().sent += 1;
        }
        self.socket.flush().await.is_ok()
    }

    /// How long ago the message of this name was sent.
    fn micros_since(&self, client_id: &str) -> u64 {
        let sent: u128 = client_id
            .split('-')
            .next()
            .and_then(|nanos| nanos.parse().ok())
            .unwrap_or(0);
        let micros = self.epoch.elapsed().as_nanos().saturating_sub(sent) / 1_000;
        micros.try_into().unwrap_or(u64::MAX)
    }
}
