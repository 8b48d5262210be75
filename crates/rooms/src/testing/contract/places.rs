use std::sync::Arc;

use whatscrap_kernel::Uuid;
use whatscrap_users::testing::now;
use whatscrap_users::{UserId, Users};

use super::{people, public};
use whatscrap_users::PreferencesChange;

use crate::{JoinError, LeaveError, NotificationLevel, Role, RoomId, Rooms};

async fn role(rooms: &Arc<dyn Rooms>, room: RoomId, user: UserId) -> Option<Role> {
    let membership = rooms.membership(room, user).await.unwrap();
    membership.unwrap().role
}

async fn join(rooms: &Arc<dyn Rooms>, room: RoomId, user: UserId, role: Role) -> bool {
    rooms.join(room, user, role, now()).await.unwrap()
}

pub async fn joining_again_changes_nothing(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    assert_eq!(role(&rooms, room, ben).await, None);
    assert!(join(&rooms, room, ben, Role::Moderator).await);
    assert!(!join(&rooms, room, ben, Role::Member).await);
    assert_eq!(role(&rooms, room, ben).await, Some(Role::Moderator));
}

pub async fn a_room_is_counted_up_to_a_number(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, cleo] = people(&users, ["ada", "ben", "cleo"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    for user in [ben, cleo] {
        join(&rooms, room, user, Role::Member).await;
    }
    assert_eq!(rooms.size(room, 9).await.unwrap(), 3);
    assert_eq!(rooms.size(room, 2).await.unwrap(), 2);
    assert_eq!(rooms.size(RoomId(Uuid::nil()), 9).await.unwrap(), 0);
}

pub async fn of_many_people_those_inside_are_named(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, cleo] = people(&users, ["ada", "ben", "cleo"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    join(&rooms, room, cleo, Role::Member).await;
    let asked = [cleo, ben, ada, UserId(Uuid::nil())];
    let mut inside = rooms.inside(room, &asked).await.unwrap();
    inside.sort();
    let mut expected = [ada, cleo];
    expected.sort();
    assert_eq!(inside, expected);
    assert_eq!(rooms.inside(room, &[ben]).await.unwrap(), []);
    assert_eq!(rooms.inside(room, &[]).await.unwrap(), []);
    let nowhere = rooms.inside(RoomId(Uuid::nil()), &asked).await.unwrap();
    assert_eq!(nowhere, []);
}

pub async fn every_room_of_many_people_is_named(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben, cleo] = people(&users, ["ada", "ben", "cleo"]).await;
    let plans = public(&rooms, "plans", ada).await.id;
    let notes = public(&rooms, "notes", ben).await.id;
    join(&rooms, plans, ben, Role::Member).await;
    let mut places = rooms.places(&[ada, ben, cleo]).await.unwrap();
    places.sort();
    let mut expected = [(ada, plans), (ben, plans), (ben, notes)];
    expected.sort();
    assert_eq!(places, expected);
    assert_eq!(rooms.places(&[cleo]).await.unwrap(), []);
    assert_eq!(rooms.places(&[]).await.unwrap(), []);
}

pub async fn of_many_rooms_those_that_are_there_say_how_far_they_have_come(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada] = people(&users, ["ada"]).await;
    let plans = public(&rooms, "plans", ada).await.id;
    let notes = public(&rooms, "notes", ada).await.id;
    let asked = [plans, RoomId(Uuid::nil()), notes];
    let mut versions = rooms.versions(&asked).await.unwrap();
    versions.sort();
    let mut expected = [(plans, 0), (notes, 0)];
    expected.sort();
    assert_eq!(versions, expected);
    assert_eq!(rooms.versions(&[]).await.unwrap(), []);
}

pub async fn of_many_joins_one_is_new(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    let joins = (0..20).map(|_| {
        let rooms = Arc::clone(&rooms);
        tokio::spawn(async move { join(&rooms, room, ben, Role::Member).await })
    });
    let mut new = 0;
    for joined in joins.collect::<Vec<_>>() {
        new += u32::from(joined.await.unwrap());
    }
    assert_eq!(new, 1);
}

pub async fn who_returns_is_new_again(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    join(&rooms, room, ben, Role::Moderator).await;
    let level = Some(NotificationLevel::Nothing);
    rooms.set_notifications(room, ben, level).await.unwrap();
    rooms.leave(room, ben).await.unwrap();
    assert_eq!(role(&rooms, room, ben).await, None);
    assert!(join(&rooms, room, ben, Role::Member).await);
    let mine = rooms.mine(room, ben).await.unwrap().unwrap();
    assert_eq!(mine.role, Role::Member);
    assert_eq!(mine.notifications, NotificationLevel::All);
    assert!(!mine.notifications_chosen);
}

pub async fn nobody_new_enters_an_archived_room(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    rooms.archive(room, now()).await.unwrap();
    let refused = rooms.join(room, ben, Role::Member, now()).await;
    assert!(matches!(refused, Err(JoinError::Archived)), "{refused:?}");
    assert!(!join(&rooms, room, ada, Role::Member).await);
}

pub async fn neither_unknown_rooms_nor_unknown_people_are_joined(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada] = people(&users, ["ada"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    for (room, user) in [(RoomId(Uuid::max()), ada), (room, UserId(Uuid::max()))] {
        let refused = rooms.join(room, user, Role::Member, now()).await;
        assert!(matches!(refused, Err(JoinError::NotFound)), "{refused:?}");
    }
}

pub async fn the_last_owner_stays_while_others_do(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    join(&rooms, room, ben, Role::Moderator).await;
    let refused = rooms.leave(room, ada).await;
    assert!(matches!(refused, Err(LeaveError::LastOwner)), "{refused:?}");
    rooms.set_role(room, ben, Role::Owner).await.unwrap();
    rooms.leave(room, ada).await.unwrap();
    assert_eq!(role(&rooms, room, ada).await, None);
    assert_eq!(role(&rooms, room, ben).await, Some(Role::Owner));
}

pub async fn the_last_of_all_may_leave(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada] = people(&users, ["ada"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    rooms.leave(room, ada).await.unwrap();
    assert!(rooms.all_mine(ada).await.unwrap().is_empty());
    assert!(rooms.find(room).await.unwrap().is_some());
}

pub async fn of_two_owners_who_leave_at_once_one_stays(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada, ben, eve] = people(&users, ["ada", "ben", "eve"]).await;
    for round in 0..10 {
        let room = public(&rooms, &format!("plans {round}"), ada).await.id;
        join(&rooms, room, ben, Role::Owner).await;
        join(&rooms, room, eve, Role::Member).await;
        let leave = |user| {
            let rooms = Arc::clone(&rooms);
            tokio::spawn(async move { rooms.leave(room, user).await.is_ok() })
        };
        let (one, other) = (leave(ada), leave(ben));
        assert_ne!(one.await.unwrap(), other.await.unwrap());
    }
}

pub async fn a_role_is_given_and_taken(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    join(&rooms, room, ben, Role::Member).await;
    for given in [Role::Moderator, Role::Owner, Role::Member] {
        rooms.set_role(room, ben, given).await.unwrap();
        assert_eq!(role(&rooms, room, ben).await, Some(given));
    }
    assert_eq!(role(&rooms, room, ada).await, Some(Role::Owner));
}

pub async fn the_only_owner_keeps_the_role(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    for _ in 0..2 {
        let refused = rooms.set_role(room, ada, Role::Member).await;
        assert!(matches!(refused, Err(LeaveError::LastOwner)), "{refused:?}");
        join(&rooms, room, ben, Role::Member).await;
    }
    rooms.set_role(room, ada, Role::Owner).await.unwrap();
}

pub async fn who_is_not_in_has_no_place_to_change(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let known = public(&rooms, "plans", ada).await.id;
    for room in [known, RoomId(Uuid::max())] {
        let left = rooms.leave(room, ben).await;
        assert!(matches!(left, Err(LeaveError::NotAMember)), "{left:?}");
        let given = rooms.set_role(room, ben, Role::Owner).await;
        assert!(matches!(given, Err(LeaveError::NotAMember)), "{given:?}");
        let level = Some(NotificationLevel::Nothing);
        rooms.set_notifications(room, ben, level).await.unwrap();
        assert_eq!(rooms.mine(room, ben).await.unwrap(), None);
    }
}

pub async fn a_level_is_kept_for_each_place(users: Arc<dyn Users>, rooms: Arc<dyn Rooms>) {
    let [ada, ben] = people(&users, ["ada", "ben"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    join(&rooms, room, ben, Role::Member).await;
    let level = async |user| rooms.mine(room, user).await.unwrap().unwrap().notifications;
    for wanted in [NotificationLevel::Mentions, NotificationLevel::Nothing] {
        let chosen = Some(wanted);
        rooms.set_notifications(room, ben, chosen).await.unwrap();
        assert_eq!(level(ben).await, wanted);
        assert_eq!(level(ada).await, NotificationLevel::All);
    }
}

pub async fn where_nothing_was_chosen_the_usual_level_holds(
    users: Arc<dyn Users>,
    rooms: Arc<dyn Rooms>,
) {
    let [ada] = people(&users, ["ada"]).await;
    let room = public(&rooms, "plans", ada).await.id;
    let usual = PreferencesChange {
        level: Some(NotificationLevel::Mentions),
        ..PreferencesChange::default()
    };
    let level = async || {
        let mine = rooms.mine(room, ada).await.unwrap().unwrap();
        let level = (mine.notifications, mine.notifications_chosen);
        assert_eq!(rooms.all_mine(ada).await.unwrap(), [mine]);
        level
    };
    assert_eq!(level().await, (NotificationLevel::All, false));
    users.change_preferences(ada, &usual).await.unwrap();
    assert_eq!(level().await, (NotificationLevel::Mentions, false));
    for chosen in [NotificationLevel::All, NotificationLevel::Nothing] {
        rooms
            .set_notifications(room, ada, Some(chosen))
            .await
            .unwrap();
        assert_eq!(level().await, (chosen, true));
    }
    rooms.set_notifications(room, ada, None).await.unwrap();
    assert_eq!(level().await, (NotificationLevel::Mentions, false));
}
