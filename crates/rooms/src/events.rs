use whatscrap_users::UserId;

use crate::RoomId;

/// What happened to a room or to someone's place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomEvent {
    /// Someone is in now: their sockets begin to hear it.
    Joined {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Someone is out now: their sockets hear nothing more of it, at once.
    Left {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Name, topic or archived state changed, for every member.
    Changed {
        /// Which.
        room: RoomId,
    },
    /// One member's role, level or unread state changed, for their own devices.
    PlaceChanged {
        /// Where.
        room: RoomId,
        /// Whose.
        user: UserId,
    },
}

/// Where the service tells what happened, after it is committed.
///
/// Telling is a hint: it never blocks and never fails. Whoever misses it reads the database.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
pub trait RoomEvents: Send + Sync {
    /// Tells everyone concerned, on every node.
    fn publish(&self, event: RoomEvent);
}
