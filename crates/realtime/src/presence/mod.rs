//! Who is there, by leases: each connection says what its person does, for a time that every sign
//! of life renews. Nothing is counted, so nothing can be miscounted: what is not renewed ends by
//! itself, and whoever has no lease is offline (`docs/decisions/0010`).
//!
//! [`Registry`](registry::Registry) holds the leases and who shares a room with whom,
//! [`Digest`](digest::Digest) is what is told of a moment's changes, and [`Hub::tell_of_people`]
//! tells it.
//!
//! [`Hub::tell_of_people`]: crate::Hub::tell_of_people

mod digest;
mod elsewhere;
mod meetings;
mod person;
mod registry;
mod telling;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

pub(crate) use elsewhere::Seen;
pub(crate) use registry::{LeaseId, Registry};

/// How a person is seen; of several devices the greatest counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// No device is connected.
    #[default]
    Offline,
    /// Connected, but idle on every device, or away by choice.
    Away,
    /// There.
    Active,
}

impl Presence {
    /// As the protocol calls it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Away => "away",
            Self::Active => "active",
        }
    }
}

/// How long presence takes.
#[derive(Debug, Clone, Copy)]
pub struct PresenceTiming {
    /// Between two digests of what changed.
    pub digest: Duration,
    /// How long a connection that ended still counts: a reloaded page comes back.
    pub grace: Duration,
    /// How long a sign of life holds. Longer than the heartbeat and its answer may take.
    pub lease: Duration,
}

impl Default for PresenceTiming {
    fn default() -> Self {
        Self {
            digest: Duration::from_millis(500),
            grace: Duration::from_secs(8),
            lease: Duration::from_secs(40),
        }
    }
}

/// The people of this node's sockets.
#[derive(Debug)]
pub(crate) struct People {
    registry: Mutex<Registry>,
    stir: Notify,
    digest_every: Duration,
}

impl People {
    pub(crate) fn new(timing: PresenceTiming) -> Self {
        Self {
            registry: Mutex::new(Registry::new(timing)),
            stir: Notify::new(),
            digest_every: timing.digest,
        }
    }

    /// Acts on the leases, and lets the next digest look at what became of it.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Registry, Instant) -> T) -> T {
        let now = Instant::now();
        let mut registry = self.lock();
        let done = act(&mut registry, now);
        let next = registry.next_look(now);
        let is_sooner = next.is_some_and(|at| registry.planned.is_none_or(|planned| at < planned));
        drop(registry);
        if is_sooner {
            self.stir.notify_one();
        }
        done
    }

    pub(crate) fn presence(&self, user: UserId) -> Presence {
        self.lock().presence(user, Instant::now())
    }

    pub(crate) fn looks_at(&self, user: UserId, room: RoomId) -> bool {
        self.lock().looks_at(user, room, Instant::now())
    }

    /// Whom this person shares a room with and who is not offline. What they do next is told.
    pub(crate) fn around(&self, user: UserId) -> HashMap<UserId, Presence> {
        self.change(|registry, now| registry.around(user, now))
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.registry
            .lock()
            .expect("no panic while the leases are locked")
    }
}
