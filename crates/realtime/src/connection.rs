use std::sync::Arc;

use whatscrap_rooms::RoomId;
use whatscrap_users::{SessionId, UserId};

use crate::{Hub, Outbox};

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
    rooms: Vec<RoomId>,
}

impl Connection {
    pub(crate) fn new(hub: Arc<Hub>, peer: Arc<Peer>) -> Self {
        Self {
            hub,
            peer,
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
    }

    /// No more changes of this room are put into the outbox.
    pub fn unsubscribe(&mut self, room: RoomId) {
        self.rooms.retain(|held| *held != room);
        self.hub.unsubscribe(room, &self.peer);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for room in &self.rooms {
            self.hub.unsubscribe(*room, &self.peer);
        }
        self.hub.disconnect(&self.peer);
    }
}
