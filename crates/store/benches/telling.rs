//! What it costs to read those who may be told of a message, one by one and together:
//! `cargo bench -p whatscrap-store --bench telling`.
//!
//! Each line is so many people of one room, each with a device.
#![expect(clippy::unwrap_used, reason = "a measurement fails where it stands")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use whatscrap_messages::testing::FakeAttention;
use whatscrap_messages::testing::notify::new_subscription;
use whatscrap_messages::{Bus, Event};
use whatscrap_rooms::testing::new_room;
use whatscrap_rooms::{Role, RoomId};
use whatscrap_store::{Options, Store};
use whatscrap_testkit::postgres;
use whatscrap_users::UserId;
use whatscrap_users::testing::{founder, new_session, new_user, now};

struct Nobody;

impl Bus for Nobody {
    fn publish(&self, _: Event) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}/chat.db", folder.path().display());
    measure("sqlite", &sqlite).await;
    if let Some(database) = postgres::database().await {
        measure("postgres", &database.url).await;
    }
}

async fn measure(name: &str, url: &str) {
    let (bus, attention) = (Arc::new(Nobody), Arc::new(FakeAttention::default()));
    let store = Store::connect(url, Options::default(), bus, attention);
    let store = store.await.unwrap();
    store.migrate().await.unwrap();
    let ada = founder("ada");
    let new = new_room("hall", ada.user.id);
    store.users.create(ada).await.unwrap();
    store.rooms.create(&new).await.unwrap();
    let room = new.room.id;
    let mut people = Vec::new();
    for count in [10, 100, 1_000] {
        while people.len() < count {
            people.push(guest(&store, room, people.len()).await);
        }
        let apart = median(async || one_by_one(&store, room, &people).await).await;
        let together = median(async || together(&store, room, &people).await).await;
        println!(
            "{name:>8} {count:>5} people: one by one {apart:>9.2?}, together {together:>9.2?}"
        );
    }
    store.close().await.unwrap();
}

async fn guest(store: &Store, room: RoomId, number: usize) -> UserId {
    let new = new_user(&format!("guest{number}"));
    let user = new.user.id;
    store.users.create(new).await.unwrap();
    let session = new_session(user);
    store.sessions.open(&session).await.unwrap();
    let endpoint = format!("https://push.example.com/{number}");
    let device = new_subscription(user, session.session.id, &endpoint);
    store.subscriptions.add(&device).await.unwrap();
    let joined = store.rooms.join(room, user, Role::Member, now());
    joined.await.unwrap();
    user
}

async fn one_by_one(store: &Store, room: RoomId, people: &[UserId]) {
    for user in people {
        store.users.preferences(*user).await.unwrap();
        store.users.find(*user).await.unwrap();
        store.subscriptions.list(&[*user]).await.unwrap();
        store.rooms.membership(room, *user).await.unwrap();
    }
}

async fn together(store: &Store, room: RoomId, people: &[UserId]) {
    let found = store.users.find_all(people).await.unwrap();
    let devices = store.subscriptions.list(people).await.unwrap();
    let inside = store.rooms.inside(room, people).await.unwrap();
    assert_eq!(
        [found.len(), devices.len(), inside.len()],
        [people.len(); 3]
    );
}

async fn median(read: impl AsyncFn()) -> Duration {
    let mut times = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        read().await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times[times.len() / 2]
}
