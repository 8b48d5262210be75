use std::sync::atomic::{AtomicU64, Ordering};

use whatscrap_kernel::Uuid;
use whatscrap_users::UserId;
use whatscrap_users::testing::now;

use crate::{Member, NewDirect, NewRoom, People, Role, Room, RoomId, RoomKind, RoomName, Topic};

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

/// The room of these people, if they have none; the first of them asks.
pub fn new_direct(people: &[UserId]) -> NewDirect {
    let id = new_room("direct", people[0]).room.id;
    let people = People::of(people[0], people, people.len()).expect("so many are allowed");
    NewDirect::new(id, people, now())
}

/// A private room of this name, not yet made.
pub fn new_private_room(name: &str, owner: UserId) -> NewRoom {
    let mut new = new_room(name, owner);
    new.room.kind = RoomKind::Private;
    new
}
