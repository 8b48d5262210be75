use whatscrap_users::UserId;

use crate::RoomId;

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

/// What can be done in a room beyond reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Write messages.
    Post,
    /// Change name and topic.
    Rename,
    /// Bring someone in, or put someone out.
    ManageMembers,
    /// Say who moderates and who owns.
    SetRoles,
    /// Close the room to writing.
    Archive,
}

impl Role {
    /// The table of rights: `protocol.md` §6.
    pub const fn may(self, right: Right) -> bool {
        match right {
            Right::Post => true,
            Right::Rename | Right::ManageMembers => matches!(self, Self::Moderator | Self::Owner),
            Right::SetRoles | Right::Archive => matches!(self, Self::Owner),
        }
    }
}

/// Proof that a person is in a room. Everything done in a room asks for one.
///
/// It was true when it was made. Long-lived holders (sockets) drop it when they hear
/// [`RoomEvent::Left`](crate::RoomEvent::Left); storage proves it again inside the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    user: UserId,
    room: RoomId,
    role: Role,
}

impl Member {
    pub(crate) const fn new(user: UserId, room: RoomId, role: Role) -> Self {
        Self { user, room, role }
    }

    /// Who.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// Where.
    pub const fn room(&self) -> RoomId {
        self.room
    }

    /// As what.
    pub const fn role(&self) -> Role {
        self.role
    }
}
