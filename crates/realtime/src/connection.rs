use std::collections::HashMap;
use std::sync::Arc;

use whatscrap_rooms::RoomId;
use whatscrap_users::{SessionId, UserId};

use crate::presence::LeaseId;
use crate::{Hub, Outbox, Presence};

/// A socket's own number for one of its subscriptions, so that it need not look rooms up for
/// every frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(pub u32);

/// What the hub knows of one socket.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) outbox: Outbox,
}

/// A socket's place in the hub. Dropping it takes the socket out of everything.
#[derive(Debug)]
pub struct Connection {
    pub(crate) hub: Arc<Hub>,
    pub(crate) peer: Arc<Peer>,
    lease: LeaseId,
    rooms: Vec<RoomId>,
}

impl Connection {
    pub(crate) fn new(hub: Arc<Hub>, peer: Arc<Peer>) -> Self {
        let lease = hub
            .people
            .change(|people, now| people.connect(peer.user, now));
        Self {
            hub,
            peer,
            lease,
            rooms: Vec::new(),
        }
    }

    /// What waits for this socket.
    pub fn outbox(&self) -> &Outbox {
        &self.peer.outbox
    }

    /// From now on the room's changes arrive in the outbox under this slot. The caller proves
    /// membership *afterwards*, so that a removal in between is not missed.
    pub fn subscribe(&mut self, room: RoomId, slot: Slot) {
        self.rooms.push(room);
        self.hub.subscribe(room, slot, &self.peer);
        let user = self.peer.user;
        self.hub
            .people
            .change(|people, now| people.enter(user, room, now));
    }

    /// No more changes of this room are put into the outbox.
    pub fn unsubscribe(&mut self, room: RoomId) {
        self.rooms.retain(|held| *held != room);
        self.hub.unsubscribe(room, &self.peer);
        let user = self.peer.user;
        self.hub.people.change(|people, _| people.exit(user, room));
    }

    /// The socket is greeted: its person is active, unless they chose to be seen as away. Returns
    /// whom they share a room with and who is not offline; what those do from here on is told.
    pub fn appear(&self, stays_away: bool) -> HashMap<UserId, Presence> {
        let (user, lease) = (self.peer.user, self.lease);
        self.hub
            .people
            .change(|people, now| people.appear(user, lease, stays_away, now));
        self.hub.people.around(user)
    }

    /// What the person does at this socket, and which room they look at there.
    pub fn says(&self, presence: Presence, looks_at: Option<RoomId>) {
        let (user, lease) = (self.peer.user, self.lease);
        self.hub
            .people
            .change(|people, now| people.say(user, lease, presence, looks_at, now));
    }

    /// The socket gave a sign of life.
    pub fn lives(&self) {
        let (user, lease) = (self.peer.user, self.lease);
        self.hub
            .people
            .change(|people, now| people.renew(user, lease, now));
    }

    /// The socket has been silent for too long: nobody need wait for its person to come back.
    pub fn fell_silent(&self) {
        let (user, lease) = (self.peer.user, self.lease);
        self.hub.people.change(|people, _| people.end(user, lease));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for room in &self.rooms {
            self.hub.unsubscribe(*room, &self.peer);
        }
        self.hub.disconnect(&self.peer);
        let (user, lease) = (self.peer.user, self.lease);
        self.hub
            .people
            .change(|people, now| people.close(user, lease, now));
    }
}
