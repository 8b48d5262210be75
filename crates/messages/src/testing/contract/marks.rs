use whatscrap_kernel::Uuid;
use whatscrap_rooms::{Head, Role, RoomId, RoomKind};
use whatscrap_users::testing::new_user;
use whatscrap_users::{PreferencesChange, UserId};

use super::Ports;
use crate::{ReadMark, ReadMoved, SMALL_ROOM};

/// Up to where someone has read, and how much they have not, by both ways to ask.
async fn read_and_unread(ports: &Ports, room: RoomId, user: UserId) -> (u64, u64) {
    let mine = ports.rooms.mine(room, user).await.unwrap().unwrap();
    let all = ports.rooms.all_mine(user).await.unwrap();
    assert!(all.contains(&mine));
    (mine.read_seq, mine.unread)
}

async fn mark(ports: &Ports, room: RoomId, user: UserId, mark: ReadMark) -> (u64, bool) {
    let moved = ports.messages.mark_read(room, user, mark).await.unwrap();
    let ReadMoved {
        seq,
        moved,
        is_small,
    } = moved.unwrap();
    assert!(is_small);
    (seq, moved)
}

pub async fn posting_moves_the_authors_pointer(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ben, 2).await;
    assert_eq!(read_and_unread(&ports, room, ada).await, (0, 2));
    ports.fill(room, ada, 1).await;
    assert_eq!(read_and_unread(&ports, room, ada).await, (3, 0));
    assert_eq!(read_and_unread(&ports, room, ben).await, (2, 1));
}

pub async fn others_messages_are_unread(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    ports.fill(other, ada, 4).await;
    ports.fill(room, ada, 3).await;
    assert_eq!(read_and_unread(&ports, room, ben).await, (0, 3));
    mark(&ports, room, ben, ReadMark::Forward(2)).await;
    assert_eq!(read_and_unread(&ports, room, ben).await, (2, 1));
    assert_eq!(read_and_unread(&ports, other, ada).await, (4, 0));
}

pub async fn who_joins_begins_at_the_newest_message(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ben, 2).await;
    ports.rooms.leave(room, ben).await.unwrap();
    ports.fill(room, ada, 2).await;
    ports.join(room, ben).await;
    assert_eq!(read_and_unread(&ports, room, ben).await, (4, 0));
    // Ben wrote half of it, when he was here before.
    mark(&ports, room, ben, ReadMark::Exactly(0)).await;
    assert_eq!(read_and_unread(&ports, room, ben).await, (0, 2));
}

pub async fn a_pointer_moves_forward_only_to_what_is_there(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ada, 5).await;
    for (to, expected) in [
        (0, (0, false)),
        (2, (2, true)),
        (1, (2, false)),
        (2, (2, false)),
        (u64::MAX, (5, true)),
        (9, (5, false)),
    ] {
        assert_eq!(
            mark(&ports, room, ben, ReadMark::Forward(to)).await,
            expected,
            "{to}"
        );
    }
    assert_eq!(read_and_unread(&ports, room, ben).await, (5, 0));
}

pub async fn a_pointer_is_put_back_to_exactly_there(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ada, 5).await;
    for (to, expected) in [
        (4, (4, true)),
        (1, (1, true)),
        (1, (1, false)),
        (u64::MAX, (5, true)),
        (0, (0, true)),
    ] {
        assert_eq!(
            mark(&ports, room, ben, ReadMark::Exactly(to)).await,
            expected,
            "{to}"
        );
    }
    assert_eq!(read_and_unread(&ports, room, ben).await, (0, 5));
}

pub async fn ones_own_messages_are_never_unread(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    for author in [ada, ben, ada, ada, ben] {
        ports.fill(room, author, 1).await;
    }
    for (to, unread) in [(0, 3), (1, 2), (2, 2), (3, 1), (4, 0)] {
        mark(&ports, room, ben, ReadMark::Exactly(to)).await;
        assert_eq!(read_and_unread(&ports, room, ben).await, (to, unread));
    }
    mark(&ports, room, ben, ReadMark::Exactly(0)).await;
    for (to, unread) in [(1, 2), (2, 2), (3, 1), (5, 0)] {
        mark(&ports, room, ben, ReadMark::Forward(to)).await;
        assert_eq!(read_and_unread(&ports, room, ben).await, (to, unread));
    }
    mark(&ports, room, ben, ReadMark::Exactly(1)).await;
    ports.fill(room, ben, 1).await;
    assert_eq!(read_and_unread(&ports, room, ben).await, (6, 0));
    mark(&ports, room, ben, ReadMark::Exactly(0)).await;
    assert_eq!(read_and_unread(&ports, room, ben).await, (0, 3));
}

pub async fn a_room_is_small_up_to_twenty_members(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    for count in 3..=SMALL_ROOM + 1 {
        let new = new_user(&format!("member{count}"));
        let user = new.user.id;
        ports.users.create(new).await.unwrap();
        ports.join(room, user).await;
        let moved = ports.messages.mark_read(room, ada, ReadMark::Forward(0));
        let is_small = moved.await.unwrap().unwrap().is_small;
        assert_eq!(is_small, count <= SMALL_ROOM, "{count}");
    }
}

/// Who shows how far they have read, and how far.
async fn seen(ports: &Ports, room: RoomId) -> Vec<(UserId, u64)> {
    let seen = ports.messages.seen(room).await.unwrap();
    let mut seen: Vec<_> = seen.iter().map(|each| (each.user, each.seq)).collect();
    seen.sort();
    seen
}

pub async fn who_shows_how_far_they_have_read_is_seen(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ada, 3).await;
    mark(&ports, room, ben, ReadMark::Forward(2)).await;
    let mut both = vec![(ada, 3), (ben, 2)];
    both.sort();
    assert_eq!(seen(&ports, room).await, both);
    let change = PreferencesChange {
        receipts: Some(false),
        ..PreferencesChange::default()
    };
    ports.users.change_preferences(ben, &change).await.unwrap();
    assert_eq!(seen(&ports, room).await, [(ada, 3)]);
    assert_eq!(seen(&ports, RoomId(Uuid::max())).await, []);
    for count in 3..=SMALL_ROOM + 1 {
        assert_eq!(seen(&ports, room).await.is_empty(), count > SMALL_ROOM + 1);
        let new = new_user(&format!("member{count}"));
        let user = new.user.id;
        ports.users.create(new).await.unwrap();
        ports.join(room, user).await;
    }
    assert_eq!(seen(&ports, room).await, []);
}

pub async fn who_is_not_in_has_no_pointer(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ada, 1).await;
    ports.rooms.leave(room, ben).await.unwrap();
    for (room, user) in [(room, ben), (RoomId(Uuid::max()), ada)] {
        for mark in [ReadMark::Forward(1), ReadMark::Exactly(0)] {
            let moved = ports.messages.mark_read(room, user, mark).await.unwrap();
            assert_eq!(moved, None);
        }
    }
}

pub async fn heads_follow_the_room(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    ports.fill(room, ada, 3).await;
    mark(&ports, room, ben, ReadMark::Forward(1)).await;
    let head = Head {
        room,
        kind: RoomKind::Public,
        role: Role::Member,
        seq: 3,
        version: 3,
        read_seq: 1,
    };
    assert_eq!(ports.rooms.heads(ben).await.unwrap(), [head]);
}

pub async fn the_epoch_stays(ports: Ports) {
    let epoch = ports.messages.epoch().await.unwrap();
    assert!(!epoch.is_empty());
    let (room, ada, _) = ports.room_of_two().await;
    ports.fill(room, ada, 1).await;
    assert_eq!(ports.messages.epoch().await.unwrap(), epoch);
}
