//! How long a search takes among so many messages, and what indexing one costs:
//! `cargo bench -p whatscrap-store --bench search -- 1000000`, 100,000 without a number.
#![expect(clippy::unwrap_used, reason = "a measurement fails where it stands")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use whatscrap_messages::search::SearchQuery;
use whatscrap_messages::testing::{FakeAttention, new_message};
use whatscrap_messages::{Bus, Event};
use whatscrap_rooms::RoomId;
use whatscrap_rooms::testing::new_room;
use whatscrap_store::{Options, Store};
use whatscrap_testkit::postgres;
use whatscrap_users::UserId;
use whatscrap_users::testing::founder;

const ROOMS: usize = 10;
/// Words that the texts are made of, the first ones most often.
const WORDS: usize = 5_000;
/// Posts that wait together.
const TOGETHER: usize = 512;
const SEARCHES: usize = 200;

struct Nobody;

impl Bus for Nobody {
    fn publish(&self, _: Event) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let number = std::env::args().find_map(|argument| argument.parse().ok());
    let messages = number.unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/chat.db", folder.path().display());
    measure("sqlite", &url, messages).await;
    if let Some(database) = postgres::database().await {
        measure("postgres", &database.url, messages).await;
    }
}

async fn measure(name: &str, url: &str, messages: usize) {
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
    fill(&store, &rooms, ada, messages).await;
    let void = SearchQuery::parse("nothingofthekind").unwrap();
    let start = Instant::now();
    let mut last = start;
    // Each indexes what it may: once it has nothing left to do, it is quick.
    loop {
        store.search.search(ada, &void, None, 10).await.unwrap();
        let took = last.elapsed();
        last = Instant::now();
        if took < Duration::from_millis(15) {
            break;
        }
    }
    let each = start.elapsed() / u32::try_from(messages).unwrap();
    println!("{name:>8} {messages} messages, indexed in {each:?} each");
    for query in [
        "needle",
        "w1",
        "w1 w2",
        "w1*",
        "\"w1 w2\"",
        "w4000 w1",
        "上海",
        "in:\"room 3\" w1",
        "from:ada",
        "has:link w2",
        "before:2026-01-02 w1",
        "nothingofthekind",
    ] {
        let query = (query, SearchQuery::parse(query).unwrap());
        let found = store.search.search(ada, &query.1, None, 25).await.unwrap();
        let times = times(async || {
            store.search.search(ada, &query.1, None, 25).await.unwrap();
        });
        println!(
            "{name:>8} {:>24}: {} hits, {}",
            query.0,
            found.messages.len(),
            times.await
        );
    }
    store.close().await.unwrap();
}

async fn times(call: impl AsyncFn()) -> String {
    let mut times = Vec::new();
    for _ in 0..SEARCHES {
        let start = Instant::now();
        call().await;
        times.push(start.elapsed());
    }
    times.sort();
    format!(
        "p50 {:.1?}, p95 {:.1?}",
        times[SEARCHES / 2],
        times[SEARCHES * 95 / 100]
    )
}

/// Posts texts of a dozen words, one in ten thousand with a needle, one in a hundred in Chinese.
async fn fill(store: &Store, rooms: &[RoomId], author: UserId, messages: usize) {
    let posters = (0..TOGETHER).map(|poster| {
        let (store, room) = (Arc::clone(&store.messages), rooms[poster % rooms.len()]);
        tokio::spawn(async move {
            for number in (poster..messages).step_by(TOGETHER) {
                let mut message = new_message(room, author, &text(number));
                message.created_at += Duration::from_secs(number as u64);
                store.post(message).await.unwrap();
            }
        })
    });
    for poster in posters.collect::<Vec<_>>() {
        poster.await.unwrap();
    }
}

fn text(number: usize) -> String {
    let mut seed = number as u64;
    let mut words: Vec<_> = (0..12)
        .map(|_| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let part = (seed >> 33) as usize % (WORDS * WORDS);
            // Few words are said often, many seldom.
            format!("w{}", (part % WORDS) * (part / WORDS) / WORDS)
        })
        .collect();
    if number.is_multiple_of(10_000) {
        words.push("needle".to_owned());
    }
    if number.is_multiple_of(100) {
        words.push("我家在上海东边".to_owned());
    }
    if number.is_multiple_of(50) {
        words.push("https://example.com/".to_owned());
    }
    words.join(" ")
}
