use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Waker};

use whatscrap_kernel::{ManualClock, SequentialIds};
use whatscrap_users::Users;
use whatscrap_users::testing::{FakeStore, founder, new_user};

use super::*;
use crate::Membership;
use crate::invites::MockInvites;
use crate::ports::MockRooms;
use crate::testing::{FakeRooms, new_room};

#[derive(Default)]
struct Told(Mutex<Vec<RoomEvent>>);

impl RoomEvents for Told {
    fn publish(&self, event: RoomEvent) {
        self.0.lock().unwrap().push(event);
    }
}

fn service(rooms: Arc<dyn Rooms>, told: &Arc<Told>) -> Service {
    let (clock, ids) = (ManualClock::default(), SequentialIds::default());
    Service::new(
        rooms,
        Arc::new(MockInvites::new()),
        told.clone(),
        Arc::new(clock),
        Arc::new(ids),
        Limits::default(),
    )
}

/// A public room of Ada, with Ben in it.
async fn of_two() -> (Service, Arc<Told>, RoomId, UserId, UserId) {
    let users: Arc<dyn Users> = Arc::new(FakeStore::default());
    let (ada, ben) = (founder("ada"), new_user("ben"));
    let (owner, member) = (ada.user.id, ben.user.id);
    users.create(ada).await.unwrap();
    users.create(ben).await.unwrap();
    let rooms = FakeRooms::new(users);
    let hall = new_room("Hall", owner);
    rooms.create(&hall).await.unwrap();
    let told = Arc::new(Told::default());
    let service = service(Arc::new(rooms), &told);
    service.join(hall.room.id, member).await.unwrap();
    (service, told, hall.room.id, owner, member)
}

#[tokio::test]
async fn a_member_is_looked_up_once_for_many_requests() {
    let mut rooms = MockRooms::new();
    rooms.expect_membership().times(1).returning(|_, _| {
        Ok(Some(Membership {
            kind: RoomKind::Private,
            role: Some(Role::Member),
        }))
    });
    let service = service(Arc::new(rooms), &Arc::default());
    let ids = SequentialIds::default();
    let (room, user) = (RoomId::new(&ids), UserId::new(&ids));
    let (one, two) = tokio::join!(service.member(room, user), service.member(room, user));
    assert_eq!(one.unwrap(), two.unwrap());
    service.member(room, user).await.unwrap();
}

#[tokio::test]
async fn whoever_is_not_in_is_looked_up_every_time() {
    let mut rooms = MockRooms::new();
    rooms
        .expect_membership()
        .times(2)
        .returning(|_, _| Ok(None));
    let service = service(Arc::new(rooms), &Arc::default());
    let ids = SequentialIds::default();
    let (room, user) = (RoomId::new(&ids), UserId::new(&ids));
    for _ in 0..2 {
        let refused = service.member(room, user).await;
        assert!(matches!(refused, Err(AccessError::NotFound)), "{refused:?}");
    }
}

#[tokio::test]
async fn whoever_is_put_out_is_out_before_anyone_is_told() {
    let (service, told, room, ada, ben) = of_two().await;
    service.member(room, ben).await.unwrap();
    let owner = service.member(room, ada).await.unwrap();
    service.remove(&owner, ben).await.unwrap();
    let refused = service.member(room, ben).await;
    assert!(
        matches!(refused, Err(AccessError::NotAMember)),
        "{refused:?}"
    );
    assert_eq!(
        told.0.lock().unwrap().last(),
        Some(&RoomEvent::Left { room, user: ben })
    );
}

#[tokio::test]
async fn a_new_role_counts_at_once() {
    let (service, _, room, ada, ben) = of_two().await;
    assert_eq!(
        service.member(room, ben).await.unwrap().role(),
        Role::Member
    );
    let owner = service.member(room, ada).await.unwrap();
    service
        .add(&owner, ben, Some(Role::Moderator))
        .await
        .unwrap();
    assert_eq!(
        service.member(room, ben).await.unwrap().role(),
        Role::Moderator
    );
}

#[tokio::test]
async fn leaving_goes_on_when_its_caller_goes_away() {
    let (service, told, room, _, ben) = of_two().await;
    let member = service.member(room, ben).await.unwrap();
    {
        let leaving = pin!(service.leave(&member));
        let begun = leaving.poll(&mut Context::from_waker(Waker::noop()));
        assert!(begun.is_pending());
    }
    let left = RoomEvent::Left { room, user: ben };
    while told.0.lock().unwrap().last() != Some(&left) {
        tokio::task::yield_now().await;
    }
    assert!(service.member(room, ben).await.is_err());
}
