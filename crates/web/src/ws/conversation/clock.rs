//! What is due when.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use rand::Rng;
use tokio::time::{Instant, Sleep};

use super::{Conversation, Done, Ending};
use crate::Timing;
use crate::ws::close::Close;
use crate::ws::frames::ServerFrame;

/// When a conversation must next look at the clock.
pub(super) struct Timers {
    sleep: Pin<Box<Sleep>>,
    /// The client must have said `hello` by then.
    pub(super) hello_by: Option<Instant>,
    /// The client must have said anything by then.
    pub(super) answer_by: Option<Instant>,
    ping_at: Instant,
    session_at: Instant,
}

impl Timers {
    pub(super) fn new(timing: &Timing) -> Self {
        let now = Instant::now();
        Self {
            sleep: Box::pin(tokio::time::sleep_until(now)),
            hello_by: Some(now + timing.hello),
            answer_by: None,
            ping_at: now + jittered(timing.heartbeat),
            session_at: now + timing.session,
        }
    }

    /// Ready when something is due.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = [
            Some(self.ping_at),
            Some(self.session_at),
            self.hello_by,
            self.answer_by,
        ];
        let next = next
            .into_iter()
            .flatten()
            .min()
            .expect("the ping is always due some time");
        if self.sleep.deadline() != next {
            self.sleep.as_mut().reset(next);
        }
        self.sleep.as_mut().poll(cx)
    }
}

impl Conversation {
    /// Does what is due.
    pub(super) fn watch_the_clock(&mut self) -> Result<(), Ending> {
        let now = Instant::now();
        let timing = self.server.config.timing;
        let overdue = |deadline: Option<Instant>| deadline.is_some_and(|at| at <= now);
        if overdue(self.timers.hello_by) || overdue(self.timers.answer_by) {
            return Err(Ending::Close(Close::Heartbeat));
        }
        if self.timers.ping_at <= now {
            self.timers.ping_at = now + jittered(timing.heartbeat);
            self.timers.answer_by.get_or_insert(now + timing.answer);
            self.ping();
        }
        if self.timers.session_at <= now {
            self.timers.session_at = now + timing.session;
            self.prove_session();
        }
        Ok(())
    }

    /// Asks for a sign of life, and says where the rooms stand that moved since the last time.
    fn ping(&mut self) {
        let mut rooms = std::collections::HashMap::new();
        for subscription in self.subscriptions.iter_mut().flatten() {
            if subscription.is_live() && subscription.cursor != subscription.pinged {
                subscription.pinged = subscription.cursor;
                rooms.insert(subscription.room.0, subscription.cursor);
            }
        }
        self.wire.send(ServerFrame::Ping { rooms }.encode());
    }

    /// A session can run out while its socket is open.
    fn prove_session(&mut self) {
        let users = self.server.services.users.clone();
        let secret = self.secret.clone();
        self.work.push(Box::pin(async move {
            Done::Session(users.authenticate(&secret).await)
        }));
    }
}

/// Give or take a tenth, so that sockets do not beat as one.
fn jittered(duration: Duration) -> Duration {
    duration.mul_f64(rand::rng().random_range(0.9..=1.1))
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
