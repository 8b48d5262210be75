use std::collections::HashSet;

use bytes::Bytes;
use tokio::time::Instant;
use whatscrap_rooms::RoomId;

use super::Presence;
use super::registry::LeaseId;

/// What is known of a person who is here, or was a moment ago.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub(super) leases: Vec<Lease>,
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
    /// How they are seen.
    pub(super) fn presence(&self, now: Instant) -> Presence {
        let running = self.leases.iter().filter(|lease| lease.until > now);
        let presence = running.map(|lease| lease.presence).max();
        let most = if self.stays_away {
            Presence::Away
        } else {
            Presence::Active
        };
        presence.unwrap_or_default().min(most)
    }

    pub(super) fn looks_at(&self, room: RoomId, now: Instant) -> bool {
        let mut running = self.leases.iter().filter(|lease| lease.until > now);
        running.any(|lease| lease.looks_at == Some(room))
    }

    pub(super) fn lease(&mut self, id: LeaseId) -> Option<&mut Lease> {
        self.leases.iter_mut().find(|lease| lease.id == id)
    }

    /// Whether there is a reason to remember them.
    pub(super) fn is_needed(&self) -> bool {
        !self.leases.is_empty() || self.told != Presence::Offline || self.is_due
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
