use whatscrap_users::UserId;

use crate::{Right, RoomId, RoomKind, Ruling};

/// What a member is in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Anyone who is in.
    Member,
    /// Keeps order.
    Moderator,
    /// Made the room, or was handed it.
    Owner,
}

/// Proof that a person is in a room. Everything done in a room asks for one.
///
/// It was true when it was made. Long-lived holders (sockets) drop it when they hear
/// [`RoomEvent::Left`](crate::RoomEvent::Left); storage proves it again inside the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    user: UserId,
    room: RoomId,
    kind: RoomKind,
    role: Role,
}

impl Member {
    pub(crate) const fn new(user: UserId, room: RoomId, kind: RoomKind, role: Role) -> Self {
        Self {
            user,
            room,
            kind,
            role,
        }
    }

    /// Who.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Where.
    pub const fn room(&self) -> RoomId {
        self.room
    }

    /// Of which kind that is.
    pub const fn kind(&self) -> RoomKind {
        self.kind
    }

    /// As what.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Whether they may do this there.
    pub fn may(&self, right: Right) -> bool {
        right.ruling(self.kind, Some(self.role)) == Ruling::Allowed
    }
}
