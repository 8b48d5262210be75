//! What tests of this crate and of its adapters share.

use whatscrap_users::UserId;

use crate::{Member, Role, RoomId};

/// A proof without a proof, for tests that need a member and no rooms.
pub fn member(user: UserId, room: RoomId, role: Role) -> Member {
    Member::new(user, room, role)
}
