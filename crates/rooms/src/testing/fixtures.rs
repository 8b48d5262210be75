use std::sync::atomic::{AtomicU64, Ordering};

use whatscrap_kernel::Uuid;
use whatscrap_users::UserId;
use whatscrap_users::testing::now;

use crate::{Member, NewRoom, Role, Room, RoomId, RoomKind, RoomName, Topic};

/// A proof without a proof, of a public room, for tests that need a member and no rooms.
pub fn member(user: UserId, room: RoomId, role: Role) -> Member {
    Member::new(user, room, RoomKind::Public, role)
}

/// A public room of this name, not yet made.
pub fn new_room(name: &str, owner: UserId) -> NewRoom {
    // An id that no other fixture of this process has.
    static LAST: AtomicU64 = AtomicU64::new(1 << 33);
    let room = Room {
        id: RoomId(Uuid::from_u64_pair(0, LAST.fetch_add(1, Ordering::Relaxed))),
        name: RoomName::parse(name).expect("a room name"),
        kind: RoomKind::Public,
        topic: Topic::default(),
        last_seq: 0,
        version: 0,
        created_at: now(),
        archived_at: None,
    };
    NewRoom { room, owner }
}

/// A private room of this name, not yet made.
pub fn new_private_room(name: &str, owner: UserId) -> NewRoom {
    let mut new = new_room(name, owner);
    new.room.kind = RoomKind::Private;
    new
}
