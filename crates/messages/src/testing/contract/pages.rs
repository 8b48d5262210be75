use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;

use super::Ports;
use crate::PageAt;

/// The positions of a page, whether there is more before it, and after it.
async fn page(ports: &Ports, room: RoomId, at: PageAt, limit: u32) -> (Vec<u64>, bool, bool) {
    let page = ports.messages.page(room, at, limit).await.unwrap();
    let seqs = page.items.iter().map(|message| message.seq).collect();
    (seqs, page.has_before, page.has_after)
}

pub async fn the_newest_page_ends_at_the_newest_message(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    ports.fill(room, ada, 5).await;
    for (limit, expected) in [
        (2, (vec![4, 5], true, false)),
        (5, (vec![1, 2, 3, 4, 5], false, false)),
        (9, (vec![1, 2, 3, 4, 5], false, false)),
    ] {
        assert_eq!(page(&ports, room, PageAt::Newest, limit).await, expected);
    }
}

pub async fn pages_before_a_position_end_there(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    ports.fill(room, ada, 5).await;
    for (before, expected) in [
        (0, (vec![], false, true)),
        (1, (vec![], false, true)),
        (2, (vec![1], false, true)),
        (3, (vec![1, 2], false, true)),
        (5, (vec![3, 4], true, true)),
        (6, (vec![4, 5], true, false)),
        (u64::MAX, (vec![4, 5], true, false)),
    ] {
        assert_eq!(
            page(&ports, room, PageAt::Before(before), 2).await,
            expected,
            "{before}"
        );
    }
}

pub async fn pages_after_a_position_begin_there(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    ports.fill(room, ada, 5).await;
    for (after, expected) in [
        (0, (vec![1, 2], false, true)),
        (1, (vec![2, 3], true, true)),
        (3, (vec![4, 5], true, false)),
        (4, (vec![5], true, false)),
        (5, (vec![], true, false)),
        (u64::MAX, (vec![], true, false)),
    ] {
        assert_eq!(
            page(&ports, room, PageAt::After(after), 2).await,
            expected,
            "{after}"
        );
    }
}

pub async fn a_page_around_a_position_holds_it(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    ports.fill(room, ada, 7).await;
    for (centre, expected) in [
        (0, (vec![1, 2, 3], false, true)),
        (1, (vec![1, 2, 3], false, true)),
        (4, (vec![3, 4, 5], true, true)),
        (7, (vec![5, 6, 7], true, false)),
        (u64::MAX, (vec![5, 6, 7], true, false)),
    ] {
        assert_eq!(
            page(&ports, room, PageAt::Around(centre), 3).await,
            expected,
            "{centre}"
        );
    }
    let alone = page(&ports, room, PageAt::Around(4), 1).await;
    assert_eq!(alone, (vec![4], true, true));
}

pub async fn a_room_without_messages_has_empty_pages(ports: Ports) {
    let (room, ..) = ports.room_of_two().await;
    for room in [room, RoomId(Uuid::max())] {
        for at in [
            PageAt::Newest,
            PageAt::Before(1),
            PageAt::After(0),
            PageAt::Around(1),
        ] {
            assert_eq!(
                page(&ports, room, at, 2).await,
                (vec![], false, false),
                "{at:?}"
            );
        }
    }
}

pub async fn pages_hold_one_room_alone(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    for _ in 0..2 {
        ports.fill(room, ada, 1).await;
        ports.fill(other, ada, 1).await;
    }
    for room in [room, other] {
        let page = ports.messages.page(room, PageAt::Newest, 9).await.unwrap();
        assert_eq!(page.items.len(), 2);
        assert!(page.items.iter().all(|message| message.room == room));
        let changes = ports.messages.changes(room, 0, 9).await.unwrap().unwrap();
        assert_eq!(changes.messages, page.items);
    }
}

pub async fn changes_are_read_in_turns_up_to_the_newest(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    ports.fill(room, ada, 5).await;
    let mut cursor = 1;
    for (expected, more) in [(vec![2, 3], true), (vec![4, 5], false), (vec![], false)] {
        let turn = ports
            .messages
            .changes(room, cursor, 2)
            .await
            .unwrap()
            .unwrap();
        let found: Vec<_> = turn
            .messages
            .iter()
            .map(|message| message.version)
            .collect();
        assert_eq!((found, turn.more), (expected, more));
        cursor = turn.version;
    }
    assert_eq!(cursor, 5);
}

pub async fn a_version_yet_to_come_has_no_changes(ports: Ports) {
    let (room, ada, _) = ports.room_of_two().await;
    let nothing = ports.messages.changes(room, 0, 9).await.unwrap().unwrap();
    assert_eq!(
        (nothing.messages.len(), nothing.version, nothing.more),
        (0, 0, false)
    );
    ports.fill(room, ada, 2).await;
    assert!(ports.messages.changes(room, 2, 9).await.unwrap().is_some());
    for (room, after) in [(room, 3), (room, u64::MAX), (RoomId(Uuid::max()), 0)] {
        assert!(
            ports
                .messages
                .changes(room, after, 9)
                .await
                .unwrap()
                .is_none(),
            "{after}"
        );
    }
}
