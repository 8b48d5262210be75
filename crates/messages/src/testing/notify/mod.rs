//! What the ports of [`crate::notify`] promise, as facts that every adapter is tried against.

mod fake;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod notices;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod subscriptions;

pub use fake::{FakeDevices, RecordingPusher};

/// Each fact takes an empty store.
pub mod facts {
    pub use super::notices::*;
    pub use super::subscriptions::*;
}

/// Tries an adapter against every fact; like [`contract!`](crate::contract!), with
/// [`Ports`](crate::testing::notify::Ports).
#[macro_export]
macro_rules! notify_contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::notify_contract! { @each $store =>
                a_subscription_is_read_back_as_it_was_made
                an_endpoint_is_kept_once_and_the_latest_has_it
                devices_of_many_are_listed_together_each_persons_oldest_first
                of_many_at_once_no_more_are_kept_than_a_person_may_have
                a_subscription_is_forgotten_only_by_its_own_person
                whoever_ends_a_session_ends_its_subscriptions
                a_session_that_ended_subscribes_nothing
                who_listens_to_a_room_is_in_it_and_has_a_device
                what_was_decided_is_read_back_the_latest_first
                what_is_about_people_or_rooms_that_are_gone_is_left_out
                what_is_old_or_too_much_is_swept
            }
        }
    };
    (@each $store:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((ports, _guard)) = $store.await else { return };
            $crate::testing::notify::facts::$fact(ports).await;
        }
    )+};
}

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use whatscrap_kernel::{Time, Uuid};
use whatscrap_rooms::{RoomId, Rooms};
use whatscrap_users::testing::now;
use whatscrap_users::{SessionId, Sessions, UserId, Users};

use crate::notify::{Keys, Log, NewSubscription, SubscriptionId, Subscriptions};

/// What a fact works with.
#[derive(Clone)]
pub struct Ports {
    /// The accounts, none yet.
    pub users: Arc<dyn Users>,
    /// Their sessions.
    pub sessions: Arc<dyn Sessions>,
    /// The rooms, none yet.
    pub rooms: Arc<dyn Rooms>,
    /// What is tried.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// What is tried as well.
    pub log: Arc<dyn Log>,
}

/// A subscription with an id of its own, not yet kept.
pub fn new_subscription(user: UserId, session: SessionId, endpoint: &str) -> NewSubscription {
    let mut p256dh = [7; 65];
    p256dh[0] = 4;
    NewSubscription {
        id: SubscriptionId(fresh()),
        user,
        session,
        endpoint: endpoint.to_owned(),
        keys: Keys {
            p256dh,
            auth: [9; 16],
        },
        created_at: now(),
        origin: Some("https://chat.example.com".to_owned()),
    }
}

/// An id later than every one that this process made before.
fn fresh() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(1 << 36);
    Uuid::from_u64_pair(0, LAST.fetch_add(1, Ordering::Relaxed))
}

#[expect(clippy::unwrap_used, reason = "facts are tests")]
impl Ports {
    async fn person(&self, name: &str) -> UserId {
        use whatscrap_users::testing::{founder, new_user};
        let is_first = !self.users.founded().await.unwrap();
        let new = if is_first {
            founder(name)
        } else {
            new_user(name)
        };
        let id = new.user.id;
        self.users.create(new).await.unwrap();
        id
    }

    async fn session(&self, user: UserId) -> SessionId {
        let new = whatscrap_users::testing::new_session(user);
        self.sessions.open(&new).await.unwrap();
        new.session.id
    }

    async fn room(&self, owner: UserId) -> RoomId {
        let name = format!("room {}", fresh().simple());
        let new = whatscrap_rooms::testing::new_room(&name, owner);
        self.rooms.create(&new).await.unwrap();
        new.room.id
    }

    async fn endpoints(&self, user: UserId) -> Vec<String> {
        let all = self.subscriptions.list(&[user]).await.unwrap();
        all.into_iter().map(|kept| kept.endpoint).collect()
    }
}

fn minutes(count: u64) -> Time {
    now() + Duration::from_mins(count)
}

#[cfg(test)]
mod tests {
    use whatscrap_rooms::testing::FakeRooms;
    use whatscrap_users::testing::FakeStore;

    use super::*;

    #[expect(clippy::unused_async, reason = "other stores take time to open")]
    async fn in_memory() -> Option<(Ports, ())> {
        let accounts = Arc::new(FakeStore::default());
        let (users, sessions): (Arc<dyn Users>, Arc<dyn Sessions>) =
            (accounts.clone(), accounts.clone());
        let rooms: Arc<dyn Rooms> = Arc::new(FakeRooms::new(users.clone()));
        let devices = FakeDevices::new(users.clone(), sessions.clone(), rooms.clone());
        let devices = Arc::new(devices);
        let ports = Ports {
            users,
            sessions,
            rooms,
            subscriptions: devices.clone(),
            log: devices,
        };
        Some((ports, ()))
    }

    crate::notify_contract!(fake_devices, in_memory());
}
