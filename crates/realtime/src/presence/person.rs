use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use tokio::time::Instant;
use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;

use super::Presence;
use super::elsewhere::Seen;
use super::registry::LeaseId;

/// What is known of a person who is here, or was a moment ago.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub(super) leases: Vec<Lease>,
    /// How other nodes see them.
    pub(super) elsewhere: HashMap<Uuid, Seen>,
    /// Where they are a member.
    pub(super) rooms: HashSet<RoomId>,
    /// What others were told last.
    pub(super) told: Presence,
    /// They chose to be away, whatever their devices say.
    pub(super) stays_away: bool,
    /// Someone was shown what the others have not been told: the next digest tells it to all.
    pub(super) was_shown: bool,
    /// The frame of their new profile, until it is told.
    pub(super) profile: Option<Bytes>,
    /// Whether the next digest looks at them.
    pub(super) is_due: bool,
}

/// What one connection says of its person, until then.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) id: LeaseId,
    /// Offline until it has been greeted.
    pub(super) presence: Presence,
    pub(super) looks_at: Option<RoomId>,
    pub(super) until: Instant,
    /// Whether its connection is still there.
    pub(super) is_open: bool,
}

impl Person {
    /// Whether they have a connection here, or had one a moment ago.
    pub(super) fn is_here(&self) -> bool {
        !self.leases.is_empty()
    }

    /// How they are seen.
    pub(super) fn presence(&self, now: Instant) -> Presence {
        let elsewhere = self.elsewhere.values().map(|seen| seen.presence);
        let here = self.running(now).map(|lease| lease.presence);
        self.at_most(here.chain(elsewhere).max())
    }

    /// They are not seen as there if they chose so.
    fn at_most(&self, presence: Option<Presence>) -> Presence {
        let most = if self.stays_away {
            Presence::Away
        } else {
            Presence::Active
        };
        presence.unwrap_or_default().min(most)
    }

    /// How they are seen by this node's own connections.
    pub(super) fn seen_here(&self, now: Instant) -> Seen {
        let mut looks_at: Vec<_> = self
            .running(now)
            .filter_map(|lease| lease.looks_at)
            .collect();
        looks_at.sort_unstable();
        looks_at.dedup();
        let presence = self.running(now).map(|lease| lease.presence).max();
        Seen {
            presence: self.at_most(presence),
            looks_at,
        }
    }

    pub(super) fn looks_at(&self, room: RoomId, now: Instant) -> bool {
        let here = self.running(now).any(|lease| lease.looks_at == Some(room));
        let mut elsewhere = self.elsewhere.values();
        here || elsewhere.any(|seen| seen.looks_at.contains(&room))
    }

    fn running(&self, now: Instant) -> impl Iterator<Item = &Lease> {
        self.leases.iter().filter(move |lease| lease.until > now)
    }

    pub(super) fn lease(&mut self, id: LeaseId) -> Option<&mut Lease> {
        self.leases.iter_mut().find(|lease| lease.id == id)
    }

    /// Whether there is a reason to remember them.
    pub(super) fn is_needed(&self) -> bool {
        !self.leases.is_empty()
            || !self.elsewhere.is_empty()
            || self.told != Presence::Offline
            || self.is_due
    }

    /// Whether both are in a room other than this one.
    pub(super) fn shares_another(&self, other: &Self, room: RoomId) -> bool {
        let (few, many) = if self.rooms.len() < other.rooms.len() {
            (&self.rooms, &other.rooms)
        } else {
            (&other.rooms, &self.rooms)
        };
        few.iter()
            .any(|shared| *shared != room && many.contains(shared))
    }
}
