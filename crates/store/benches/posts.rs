//! Rows a second through the port, alone and in groups, and then how long reads among them take:
//! `cargo bench -p whatscrap-store`.
//!
//! SQLite's file is made where `TMPDIR` points: on a real disk it is the disk that is measured.
//! Each line is a number of people who post, each as soon as their last post is answered, over
//! ten rooms.
#![expect(clippy::unwrap_used, reason = "a measurement fails where it stands")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use whatscrap_messages::testing::{FakeAttention, new_message};
use whatscrap_messages::{Bus, Event, PageAt, ReadMark};
use whatscrap_rooms::RoomId;
use whatscrap_rooms::testing::new_room;
use whatscrap_store::{Options, Store};
use whatscrap_testkit::postgres;
use whatscrap_users::UserId;
use whatscrap_users::testing::founder;

const ROOMS: usize = 10;
const TIME: Duration = Duration::from_secs(3);

struct Nobody;

impl Bus for Nobody {
    fn publish(&self, _: Event) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    measure(
        "sqlite",
        &format!("sqlite://{}/chat.db", folder.path().display()),
    )
    .await;
    if let Some(database) = postgres::database().await {
        measure("postgres", &database.url).await;
    }
}

async fn measure(name: &str, url: &str) {
    let (bus, attention) = (Arc::new(Nobody), Arc::new(FakeAttention::default()));
    let store = Store::connect(url, Options::default(), bus, attention);
    let store = store.await.unwrap();
    store.migrate().await.unwrap();
    let founder = founder("ada");
    let ada = founder.user.id;
    store.users.create(founder).await.unwrap();
    let mut rooms = Vec::new();
    for number in 0..ROOMS {
        let new = new_room(&format!("room {number}"), ada);
        store.rooms.create(&new).await.unwrap();
        rooms.push(new.room.id);
    }
    for people in [1, 8, 32, 128, 512, 2048] {
        let start = Instant::now();
        let posts = saturate(&store, &rooms, ada, people).await;
        let rate = f64::from(posts) / start.elapsed().as_secs_f64();
        println!("{name:>8} {people:>5} at once {rate:>9.0} rows/s");
    }
    for at in [PageAt::Newest, PageAt::Around(5_000)] {
        let page = async || {
            let page = store.messages.page(rooms[0], at, 50).await.unwrap();
            assert_eq!(page.items.len(), 50);
        };
        println!("{name:>8} page {at:?}: {}", times(page).await);
    }
    let catch_up = async || {
        let changes = store.messages.changes(rooms[0], 5_000, 200).await.unwrap();
        assert_eq!(changes.unwrap().messages.len(), 200);
    };
    println!("{name:>8} catch-up of 200: {}", times(catch_up).await);
    let mark = ReadMark::Exactly(0);
    store.messages.mark_read(rooms[0], ada, mark).await.unwrap();
    let mine = async || assert_eq!(store.rooms.all_mine(ada).await.unwrap().len(), ROOMS);
    println!("{name:>8} my rooms, all unread: {}", times(mine).await);
    store.close().await.unwrap();
}

async fn times(call: impl AsyncFn()) -> String {
    let mut times = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        call().await;
        times.push(start.elapsed());
    }
    times.sort();
    format!("p50 {:?}, p95 {:?}", times[100], times[190])
}

async fn saturate(store: &Store, rooms: &[RoomId], author: UserId, people: usize) -> u32 {
    let until = Instant::now() + TIME;
    let people = (0..people).map(|person| {
        let (messages, room) = (Arc::clone(&store.messages), rooms[person % rooms.len()]);
        tokio::spawn(async move {
            let mut posts = 0;
            while Instant::now() < until {
                let message = new_message(room, author, &"x".repeat(100));
                messages.post(message).await.unwrap();
                posts += 1;
            }
            posts
        })
    });
    let mut posts = 0;
    for person in people.collect::<Vec<_>>() {
        posts += person.await.unwrap();
    }
    posts
}
