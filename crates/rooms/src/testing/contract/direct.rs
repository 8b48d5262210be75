use std::collections::BTreeSet;
use std::sync::Arc;

use whatscrap_kernel::Uuid;
use whatscrap_users::{UserId, Users};

use super::people;
use crate::testing::new_direct;
use crate::{DirectError, Membership, Role, RoomKind, Rooms};

pub async fn the_same_people_have_one_room(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, eve] = people(&users, ["ada", "ben", "eve"]).await;
    let new = new_direct(&[ada, ben]);
    assert_eq!(rooms.find_direct(&new.people).await.unwrap(), None);
    let made = rooms.direct(&new).await.unwrap();
    assert!(made.is_new);
    let found = rooms.find_direct(&new.people).await.unwrap();
    assert_eq!(found, Some(made.room));
    let again = rooms.direct(&new_direct(&[ben, ada, ben])).await.unwrap();
    assert_eq!((again.room, again.is_new), (made.room, false));
    let mut all = BTreeSet::from([made.room]);
    for others in [&[ada][..], &[ben], &[ada, eve], &[ada, ben, eve]] {
        let other = rooms.direct(&new_direct(others)).await.unwrap();
        assert!(other.is_new && all.insert(other.room), "{others:?}");
    }
}

pub async fn of_fifty_who_want_one_room_one_makes_it(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let wishes = (0..50).map(|n| {
        let rooms = Arc::clone(&rooms);
        let new = new_direct(&if n % 2 == 0 { [ada, ben] } else { [ben, ada] });
        tokio::spawn(async move { rooms.direct(&new).await.unwrap() })
    });
    let (mut made, mut ids) = (0, BTreeSet::new());
    for wish in wishes.collect::<Vec<_>>() {
        let direct = wish.await.unwrap();
        made += u32::from(direct.is_new);
        ids.insert(direct.room);
    }
    assert_eq!((made, ids.len()), (1, 1));
    assert_eq!(rooms.all_mine(ben).await.unwrap().len(), 1);
}

pub async fn a_direct_room_is_called_by_the_others(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, eve] = people(&users, ["ada", "ben", "eve"]).await;
    let room = rooms
        .direct(&new_direct(&[eve, ada, ben]))
        .await
        .unwrap()
        .room;
    for (me, name) in [(ada, "ben, eve"), (ben, "ada, eve"), (eve, "ada, ben")] {
        let mine = rooms.mine(room, me).await.unwrap().unwrap();
        assert_eq!(mine.name(), name);
        assert_eq!(
            (mine.room.kind, mine.role),
            (RoomKind::Direct, Role::Member)
        );
        assert_eq!(rooms.all_mine(me).await.unwrap(), [mine]);
    }
    let notes = rooms.direct(&new_direct(&[ada])).await.unwrap().room;
    let notes = rooms.mine(notes, ada).await.unwrap().unwrap();
    assert_eq!(notes.name(), "Notes to self");
}

pub async fn direct_rooms_stand_among_my_rooms_by_their_names(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [mia, ben, zoe] = people(&users, ["mia", "ben", "zoe"]).await;
    super::public(&rooms, "lounge", mia).await;
    rooms.direct(&new_direct(&[mia, zoe])).await.unwrap();
    rooms.direct(&new_direct(&[ben, mia])).await.unwrap();
    let mine = rooms.all_mine(mia).await.unwrap();
    let names: Vec<_> = mine.iter().map(|mine| mine.name()).collect();
    assert_eq!(names, ["ben", "lounge", "zoe"]);
}

pub async fn a_direct_room_is_nobody_elses(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, eve] = people(&users, ["ada", "ben", "eve"]).await;
    let room = rooms.direct(&new_direct(&[ada, ben])).await.unwrap().room;
    let hers = rooms.membership(room, eve).await.unwrap();
    let nothing = Membership {
        kind: RoomKind::Direct,
        role: None,
    };
    assert_eq!(hers, Some(nothing));
    assert!(
        rooms
            .joinable(eve, None, 10)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

pub async fn nobody_has_a_room_with_nobody(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let refused = rooms.direct(&new_direct(&[ada, UserId(Uuid::max())])).await;
    assert!(
        matches!(refused, Err(DirectError::UnknownPerson)),
        "{refused:?}"
    );
    assert!(rooms.all_mine(ada).await.unwrap().is_empty());
}
