mod answers;
mod clock;
mod events;
mod requests;

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use rand::Rng;
use tokio::time::Instant;
use tokio_util::sync::WaitForCancellationFutureOwned;
use whatscrap_kernel::BackendError;
use whatscrap_messages::Posted;
use whatscrap_realtime::{Connection, Item, Notice, Overflow, Slot};
use whatscrap_rooms::{AccessError, Head, Member, MyRoom, RoomId};
use whatscrap_users::Login;

use crate::Server;
use crate::limits::FrameLimit;
use crate::problem::Problem;

use super::close::Close;
use super::frames::{Hello, ServerFrame};
use super::pasts::Page;
use super::subscription::Subscription;
use super::wire::{self, Heard, Wire};
use clock::Timers;

/// How many of a client's commands may be under way; more are read when these are done.
const UNDER_WAY: usize = 64;
/// How many answers may wait for a client that sends but does not read.
const UNREAD_ANSWERS: usize = 256;
/// How many frames are read in one turn.
const READS: usize = 32;

/// One socket's conversation: everything between the upgrade and the close.
///
/// It is one task. Each turn gathers whatever is ready (events, answers of the domain, frames of
/// the client, the clock), acts on it without waiting, and lets the wire write the outcome at once.
pub(super) struct Conversation {
    server: Server,
    login: Arc<Login>,
    secret: String,
    wire: Wire,
    connection: Connection,
    stage: Stage,
    /// By [`Slot`]; `None` where a room was left.
    subscriptions: Vec<Option<Subscription>>,
    slots: HashMap<RoomId, Slot>,
    work: FuturesUnordered<BoxFuture<'static, Done>>,
    /// How many of `work` are posts: a drain waits for them.
    posting: usize,
    catch_ups: VecDeque<CatchUp>,
    /// Whether one of them is under way.
    catching_up: bool,
    /// Whether the outbox knows that the client is catching up.
    lenient: bool,
    /// What happened while the client was being greeted.
    deferred: Vec<Notice>,
    frame_limit: FrameLimit,
    strikes: VecDeque<Instant>,
    timers: Timers,
    drain: Pin<Box<WaitForCancellationFutureOwned>>,
    draining: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// For `hello`.
    Waiting,
    /// The rooms are being read.
    Greeting,
    /// `welcome` is out.
    Live,
}

/// A room whose past a client is to be read.
struct CatchUp {
    room: RoomId,
    /// The `ref` of a `sync`.
    reference: Option<String>,
    from: u64,
}

/// An answer of the domain.
enum Done {
    /// The rooms to subscribe to.
    Rooms(Result<Vec<(Member, Head)>, BackendError>, Hello),
    /// The rooms as they stand now that they are subscribed to.
    Greeting(Result<(Vec<(Member, Head)>, String), BackendError>, Hello),
    Posted {
        reference: String,
        result: Result<Posted, Problem>,
    },
    Changed {
        reference: String,
        result: Result<(), Problem>,
    },
    CaughtUp(CatchUp, Past),
    /// Where the rooms stand, after frames had to be dropped.
    Heads(Result<Vec<(Member, Head)>, BackendError>),
    Room(RoomId, Result<(Member, MyRoom), AccessError>),
    Session(Result<Option<Arc<Login>>, BackendError>),
    /// A read pointer moved, or did not; somebody types, or not: nobody is told here.
    Signal,
}

/// What was read of a room's past.
enum Past {
    Page(Arc<Page>),
    /// The client's version is not of this history: it begins anew at this one.
    Reset {
        version: u64,
    },
    /// The room is not the client's any more.
    Gone,
}

/// Why the conversation ends.
enum Ending {
    /// The connection is lost.
    Lost,
    /// The client closed it.
    Closed,
    Close(Close),
}

/// What one turn gathered.
#[derive(Default)]
struct Turn {
    items: Vec<Item>,
    heard: Vec<Heard>,
    done: Vec<Done>,
}

impl Conversation {
    pub(super) fn new(
        server: Server,
        login: Arc<Login>,
        secret: String,
        connection: Connection,
        wire: Wire,
    ) -> Self {
        Self {
            timers: Timers::new(&server.config.timing),
            frame_limit: server.limits.frames(),
            drain: Box::pin(server.draining.clone().cancelled_owned()),
            server,
            login,
            secret,
            wire,
            connection,
            stage: Stage::Waiting,
            subscriptions: Vec::new(),
            slots: HashMap::new(),
            work: FuturesUnordered::new(),
            posting: 0,
            catch_ups: VecDeque::new(),
            catching_up: false,
            lenient: false,
            deferred: Vec::new(),
            strikes: VecDeque::new(),
            draining: false,
        }
    }

    /// Talks until one of the two has had enough.
    pub(super) async fn run(mut self) {
        metrics::gauge!("whatscrap_sockets").increment(1);
        let mut turn = Turn::default();
        let ending = loop {
            let gathered = std::future::poll_fn(|cx| self.poll_turn(cx, &mut turn)).await;
            if let Err(ending) = gathered.and_then(|()| self.act_on(&mut turn)) {
                break ending;
            }
        };
        metrics::gauge!("whatscrap_sockets").decrement(1);
        self.end(ending).await;
    }

    /// Writes what waits, and gathers what is ready.
    fn poll_turn(&mut self, cx: &mut Context<'_>, turn: &mut Turn) -> Poll<Result<(), Ending>> {
        let mut ready = false;
        match self.wire.poll_flush(cx) {
            Poll::Ready(Err(wire::Gone)) => return Poll::Ready(Err(Ending::Lost)),
            Poll::Ready(Ok(())) => {
                let outbox = self.connection.outbox();
                ready |= outbox
                    .poll_take(cx, &mut turn.items, wire::BATCH)
                    .is_ready();
                ready |= !self.catch_ups.is_empty() && !self.catching_up;
            }
            Poll::Pending => ready |= self.connection.outbox().poll_overflow(cx).is_ready(),
        }
        while !self.work.is_empty()
            && let Poll::Ready(Some(done)) = self.work.poll_next_unpin(cx)
        {
            turn.done.push(done);
            ready = true;
        }
        while self.may_read() && turn.heard.len() < READS {
            let Poll::Ready(heard) = self.wire.poll_read(cx) else {
                break;
            };
            let last = matches!(heard, Heard::Gone | Heard::Fault(_));
            turn.heard.push(heard);
            ready = true;
            if last {
                break;
            }
        }
        if !self.draining && self.drain.as_mut().poll(cx).is_ready() {
            self.draining = true;
            ready = true;
        }
        ready |= self.timers.poll(cx).is_ready();
        if ready {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn may_read(&self) -> bool {
        self.stage != Stage::Greeting
            && !self.draining
            && self.work.len() < UNDER_WAY
            && self.wire.waiting() < UNREAD_ANSWERS
    }

    fn act_on(&mut self, turn: &mut Turn) -> Result<(), Ending> {
        for item in turn.items.drain(..) {
            self.take(item)?;
        }
        match self.connection.outbox().take_overflow() {
            Some(Overflow::Slow) => return Err(Ending::Close(Close::Slow)),
            Some(Overflow::Lagged) => self.look_for_missed(),
            None => {}
        }
        for done in turn.done.drain(..) {
            self.answer(done)?;
        }
        for heard in turn.heard.drain(..) {
            self.hear(heard)?;
        }
        self.watch_the_clock()?;
        self.catch_up_next();
        if self.draining && self.posting == 0 {
            return Err(Ending::Close(Close::Restart));
        }
        Ok(())
    }

    async fn end(self, ending: Ending) {
        let Self {
            mut wire,
            connection,
            server,
            ..
        } = self;
        if matches!(ending, Ending::Close(Close::Heartbeat)) {
            connection.fell_silent();
        }
        drop(connection);
        let timing = server.config.timing;
        match ending {
            Ending::Lost => {}
            Ending::Closed => {
                let _ = tokio::time::timeout(timing.close, wire.finish(false)).await;
            }
            Ending::Close(close) => {
                if close == Close::Slow {
                    wire.discard();
                }
                let spread = match close {
                    Close::Restart | Close::Overloaded => timing.reconnect_spread,
                    _ => Duration::ZERO,
                };
                let reconnect_after_ms = rand::rng().random_range(0..=clock::milliseconds(spread));
                let bye = ServerFrame::Bye {
                    code: close.code(),
                    reconnect_after_ms,
                };
                wire.send(bye.encode());
                wire.close(close, timing.close).await;
            }
        }
    }
}
