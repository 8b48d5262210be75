use std::sync::Arc;

use chrono::TimeDelta;
use whatscrap_kernel::Uuid;
use whatscrap_users::Users;
use whatscrap_users::testing::now;

use super::{people, private, public};
use crate::testing::{new_private_room, new_room};
use crate::{
    ChangeRoomError, CreateRoomError, Membership, Role, RoomChange, RoomId, RoomKind, RoomName,
    Rooms, Topic,
};

fn renamed(name: &str) -> RoomChange {
    RoomChange {
        name: Some(RoomName::parse(name).unwrap()),
        topic: None,
    }
}

pub async fn a_room_is_read_back_as_it_was_made(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    for mut new in [new_room("Ärger 👍", ada), new_private_room("Ärger 👍", ada)] {
        new.room.topic = Topic::parse("What's up?").unwrap();
        rooms.create(&new).await.unwrap();
        let found = rooms.find(new.room.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&new.room));
        let membership = rooms.membership(new.room.id, ada).await.unwrap();
        let owner = Membership {
            kind: new.room.kind,
            role: Some(Role::Owner),
        };
        assert_eq!(membership, Some(owner));
    }
}

pub async fn an_unknown_room_is_nobodys(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let unknown = RoomId(Uuid::max());
    assert_eq!(rooms.find(unknown).await.unwrap(), None);
    assert_eq!(rooms.membership(unknown, ada).await.unwrap(), None);
    assert_eq!(rooms.mine(unknown, ada).await.unwrap(), None);
}

pub async fn a_public_name_is_taken_whatever_its_case(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    public(&rooms, "Ärger", ada).await;
    let taken = rooms.create(&new_room("äRGER", ben)).await;
    assert!(
        matches!(taken, Err(CreateRoomError::NameTaken)),
        "{taken:?}"
    );
}

pub async fn of_many_rooms_of_one_name_one_is_made(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let creations = (0..50).map(|n| {
        let rooms = Arc::clone(&rooms);
        let name = if n % 2 == 0 { "Straße" } else { "sTRAßE" };
        tokio::spawn(async move { rooms.create(&new_room(name, ada)).await })
    });
    let mut made = 0;
    for creation in creations.collect::<Vec<_>>() {
        match creation.await.unwrap() {
            Ok(()) => made += 1,
            Err(CreateRoomError::NameTaken) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(rooms.all_mine(ada).await.unwrap().len(), 1);
}

pub async fn private_rooms_share_names(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    private(&rooms, "plans", ada).await;
    public(&rooms, "plans", ada).await;
    private(&rooms, "Plans", ada).await;
    assert_eq!(rooms.all_mine(ada).await.unwrap().len(), 3);
}

pub async fn a_refused_room_leaves_nothing(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    public(&rooms, "plans", ada).await;
    let refused = new_room("plans", ben);
    rooms.create(&refused).await.unwrap_err();
    assert_eq!(rooms.find(refused.room.id).await.unwrap(), None);
    assert!(rooms.all_mine(ben).await.unwrap().is_empty());
}

pub async fn an_archived_room_keeps_its_name(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let plans = public(&rooms, "plans", ada).await;
    rooms.archive(plans.id, now()).await.unwrap();
    let taken = rooms.create(&new_room("plans", ada)).await;
    assert!(
        matches!(taken, Err(CreateRoomError::NameTaken)),
        "{taken:?}"
    );
}

pub async fn a_change_leaves_what_it_does_not_name(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let mut room = public(&rooms, "plans", ada).await;
    for change in [
        RoomChange {
            name: None,
            topic: Some(Topic::parse("next year").unwrap()),
        },
        renamed("old plans"),
        RoomChange::default(),
    ] {
        room.name = change.name.clone().unwrap_or(room.name);
        room.topic = change.topic.clone().unwrap_or(room.topic);
        assert_eq!(rooms.change(room.id, &change).await.unwrap(), room);
        assert_eq!(rooms.find(room.id).await.unwrap().as_ref(), Some(&room));
    }
    // The old name is free again.
    public(&rooms, "plans", ada).await;
}

pub async fn a_room_may_change_the_case_of_its_own_name(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada] = people(&users, ["ada"]).await;
    let room = public(&rooms, "plans", ada).await;
    let changed = rooms.change(room.id, &renamed("PLANS")).await.unwrap();
    assert_eq!(changed.name.as_str(), "PLANS");
}

pub async fn a_taken_name_is_not_changed_to(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    public(&rooms, "plans", ada).await;
    let other = public(&rooms, "other", ada).await;
    let taken = rooms.change(other.id, &renamed("Plans")).await;
    assert!(
        matches!(taken, Err(ChangeRoomError::NameTaken)),
        "{taken:?}"
    );
    assert_eq!(rooms.find(other.id).await.unwrap(), Some(other));
}

pub async fn a_private_room_may_change_to_any_name(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    public(&rooms, "plans", ada).await;
    let other = private(&rooms, "other", ada).await;
    let changed = rooms.change(other.id, &renamed("plans")).await.unwrap();
    assert_eq!(changed.kind, RoomKind::Private);
}

pub async fn neither_archived_nor_unknown_rooms_change(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada] = people(&users, ["ada"]).await;
    let room = public(&rooms, "plans", ada).await;
    rooms.archive(room.id, now()).await.unwrap();
    let archived = rooms.change(room.id, &renamed("new")).await;
    assert!(
        matches!(archived, Err(ChangeRoomError::Archived)),
        "{archived:?}"
    );
    let unknown = rooms.change(RoomId(Uuid::max()), &renamed("new")).await;
    assert!(
        matches!(unknown, Err(ChangeRoomError::NotFound)),
        "{unknown:?}"
    );
}

pub async fn a_room_is_archived_once(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let room = public(&rooms, "plans", ada).await;
    assert!(rooms.archive(room.id, now()).await.unwrap());
    let later = now() + TimeDelta::hours(1);
    assert!(!rooms.archive(room.id, later).await.unwrap());
    let archived = rooms.find(room.id).await.unwrap().unwrap();
    assert_eq!(archived.archived_at, Some(now()));
    let unknown = rooms.archive(RoomId(Uuid::max()), now()).await;
    assert!(
        matches!(unknown, Err(ChangeRoomError::NotFound)),
        "{unknown:?}"
    );
}
