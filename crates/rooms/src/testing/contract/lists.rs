use std::sync::Arc;

use whatscrap_users::testing::now;
use whatscrap_users::{DisplayName, ProfileChange, Users};

use super::{people, private, public};
use crate::{Head, MyRoom, NotificationLevel, Role, RoomKind, RoomName, Rooms};

pub async fn my_rooms_are_in_the_order_of_their_folded_names(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let first = private(&rooms, "beta", ada).await;
    let second = private(&rooms, "Beta", ada).await;
    let beta = [first.id.min(second.id), first.id.max(second.id)];
    let zeta = public(&rooms, "zeta", ada).await;
    let alpha = public(&rooms, "Alpha", ada).await;
    let omega = public(&rooms, "Ωmega", ada).await;
    public(&rooms, "another's", ben).await;
    let mine = rooms.all_mine(ada).await.unwrap();
    let mine: Vec<_> = mine.iter().map(|mine| mine.room.id).collect();
    assert_eq!(mine, [alpha.id, beta[0], beta[1], zeta.id, omega.id]);
}

pub async fn my_place_is_mine_alone(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, eve] = people(&users, ["ada", "ben", "eve"]).await;
    let room = public(&rooms, "plans", ada).await;
    rooms
        .join(room.id, ben, Role::Moderator, now())
        .await
        .unwrap();
    let place = |role| MyRoom {
        room: room.clone(),
        role,
        read_seq: 0,
        unread: 0,
        mentions: 0,
        notifications: NotificationLevel::All,
        notifications_chosen: false,
        others: Vec::new(),
    };
    for (user, role) in [(ada, Role::Owner), (ben, Role::Moderator)] {
        let mine = rooms.mine(room.id, user).await.unwrap();
        assert_eq!(mine, Some(place(role)));
        assert_eq!(rooms.all_mine(user).await.unwrap(), [place(role)]);
    }
    assert_eq!(rooms.mine(room.id, eve).await.unwrap(), None);
    assert!(rooms.all_mine(eve).await.unwrap().is_empty());
}

pub async fn heads_name_every_room_of_mine(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let plans = public(&rooms, "plans", ada).await.id;
    let secret = private(&rooms, "secret", ada).await.id;
    rooms.join(secret, ben, Role::Member, now()).await.unwrap();
    let head = |room, kind, role| Head {
        room,
        kind,
        role,
        seq: 0,
        version: 0,
        read_seq: 0,
    };
    let mut heads = rooms.heads(ada).await.unwrap();
    heads.sort_by_key(|head| head.room);
    let (plans, secret) = (
        head(plans, RoomKind::Public, Role::Owner),
        head(secret, RoomKind::Private, Role::Owner),
    );
    assert_eq!(heads, [plans, secret]);
    let bens = Head {
        role: Role::Member,
        ..secret
    };
    assert_eq!(rooms.heads(ben).await.unwrap(), [bens]);
}

pub async fn rooms_to_join_are_public_open_and_not_mine(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let open = public(&rooms, "open", ada).await;
    private(&rooms, "private", ada).await;
    let archived = public(&rooms, "archived", ada).await.id;
    rooms.archive(archived, now()).await.unwrap();
    public(&rooms, "mine", ben).await;
    let page = rooms.joinable(ben, None, 10).await.unwrap();
    assert_eq!(page.items, std::slice::from_ref(&open));
    rooms.join(open.id, ben, Role::Member, now()).await.unwrap();
    assert!(
        rooms
            .joinable(ben, None, 10)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

pub async fn rooms_to_join_are_paged_by_folded_name(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let names = ["a", "B", "c_", "D%", "é"];
    for name in ["é", "B", "D%", "a", "c_"] {
        public(&rooms, name, ada).await;
    }
    let mut after = None;
    for (number, expected) in names.chunks(2).enumerate() {
        let page = rooms.joinable(ben, after.as_ref(), 2).await.unwrap();
        let found: Vec<_> = page.items.iter().map(|room| room.name.as_str()).collect();
        assert_eq!(found, expected);
        assert_eq!((page.has_before, page.has_after), (number > 0, number < 2));
        after = page.items.last().map(|room| room.name.clone());
    }
    // The name to go on from need not be a room's.
    let between = RoomName::parse("CAT").unwrap();
    let page = rooms.joinable(ben, Some(&between), 1).await.unwrap();
    assert_eq!(page.items[0].name.as_str(), "D%");
}

pub async fn members_are_found_by_what_either_name_begins_with(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada, ben, bea, adam] = people(&users, ["ada", "ben", "bea", "adam"]).await;
    let change = ProfileChange {
        display_name: Some(DisplayName::parse("Ärger Ada").expect("a name")),
        ..ProfileChange::default()
    };
    users.change_profile(ben, &change).await.unwrap();
    let room = public(&rooms, "plans", ada).await.id;
    for user in [ben, bea] {
        rooms.join(room, user, Role::Member, now()).await.unwrap();
    }
    rooms.join(room, ben, Role::Member, now()).await.unwrap();
    public(&rooms, "other", adam).await;
    for (prefix, expected) in [
        ("", vec![ada, bea, ben]),
        ("B", vec![bea, ben]),
        ("ad", vec![ada]),
        ("ärg", vec![ben]),
        ("da", vec![]),
        ("%", vec![]),
    ] {
        let called = rooms.members_called(room, prefix, 9).await.unwrap();
        let called: Vec<_> = called.iter().map(|mate| mate.user.id).collect();
        assert_eq!(called, expected, "{prefix:?}");
    }
    let one = rooms.members_called(room, "b", 1).await.unwrap();
    assert_eq!((one.len(), one[0].user.id), (1, bea));
}

pub async fn members_are_paged_by_username(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [zoe, ada, ben, eve] = people(&users, ["zoe", "ada", "ben", "eve"]).await;
    let room = public(&rooms, "plans", zoe).await.id;
    rooms.join(room, ben, Role::Moderator, now()).await.unwrap();
    rooms.join(room, ada, Role::Member, now()).await.unwrap();
    let first = rooms.members(room, None, 2).await.unwrap();
    let members: Vec<_> = first
        .items
        .iter()
        .map(|mate| (mate.user.id, mate.role))
        .collect();
    assert_eq!(members, [(ada, Role::Member), (ben, Role::Moderator)]);
    assert_eq!((first.has_before, first.has_after), (false, true));
    let rest = rooms.members(room, Some(ben), 2).await.unwrap();
    assert_eq!(rest.items[0].user, users.find(zoe).await.unwrap().unwrap());
    assert_eq!(
        (rest.items.len(), rest.has_before, rest.has_after),
        (1, true, false)
    );
    // Whoever left in between is still a place to go on from.
    rooms.leave(room, ben).await.unwrap();
    assert_eq!(
        rooms.members(room, Some(ben), 2).await.unwrap().items.len(),
        1
    );
    assert_eq!(
        rooms.members(room, Some(eve), 2).await.unwrap().items.len(),
        1
    );
}
