//! What holds when something goes wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{ConnectionTrait, Database};
use whatscrap_messages::testing::new_message;
use whatscrap_messages::{Bus, ChangeError, Event, PageAt};
use whatscrap_store::{ConnectError, Options, Store};

use crate::posts::{people_and_rooms, poll_once};
use crate::site::{Kind, Site, on_both};

on_both!(
    new:
    a_panic_loses_no_later_post,
    everything_is_there_after_a_restart,
);

/// On one thread, so that no lane runs before this task waits.
#[tokio::test]
async fn a_full_line_refuses_at_once() {
    let site = Site::new(Kind::Sqlite).await.unwrap();
    let (author, rooms) = people_and_rooms(&site, 1).await;
    let options = Options {
        queue: 2,
        ..Options::default()
    };
    let small = Store::connect(
        &site.url,
        options,
        Arc::clone(&site.bus) as _,
        Arc::clone(&site.attention) as _,
    );
    let messages = small.await.unwrap().messages;
    let mut posts: Vec<_> = (0..3)
        .map(|_| messages.post(new_message(rooms[0], author, "hi")))
        .collect();
    assert!(poll_once(&mut posts[0]).await.is_none());
    assert!(poll_once(&mut posts[1]).await.is_none());
    let third = poll_once(&mut posts[2]).await;
    assert!(matches!(third, Some(Err(ChangeError::Busy))), "{third:?}");
    for (seq, post) in (1..).zip(posts).take(2) {
        assert_eq!(post.await.unwrap().message.seq, seq);
    }
    let after = messages.post(new_message(rooms[0], author, "hi")).await;
    assert_eq!(after.unwrap().message.seq, 3);
}

async fn a_panic_loses_no_later_post(site: Site) {
    struct Panics(AtomicBool);
    impl Bus for Panics {
        fn publish(&self, _: Event) {
            assert!(self.0.swap(true, Ordering::Relaxed), "the first time");
        }
    }
    let (author, rooms) = people_and_rooms(&site, 1).await;
    let bus = Arc::new(Panics(AtomicBool::new(false)));
    let store = Store::connect(
        &site.url,
        Options::default(),
        bus,
        Arc::clone(&site.attention) as _,
    )
    .await;
    let messages = store.unwrap().messages;
    let new = new_message(rooms[0], author, "hi");
    // It was committed, though nobody is told.
    assert!(!messages.post(new.clone()).await.unwrap().duplicate);
    assert!(messages.post(new).await.unwrap().duplicate);
}

async fn everything_is_there_after_a_restart(site: Site) {
    let (author, rooms) = people_and_rooms(&site, 2).await;
    let new = new_message(rooms[0], author, "hi");
    let posted = site.store.messages.post(new.clone()).await.unwrap();
    let epoch = site.store.messages.epoch().await.unwrap();
    let mine = site.store.rooms.all_mine(author).await.unwrap();
    site.store.close().await.unwrap();
    site.store.ping().await.unwrap_err();

    let store = site.another().await;
    store.migrate().await.unwrap();
    assert_eq!(store.messages.epoch().await.unwrap(), epoch);
    assert_eq!(store.rooms.all_mine(author).await.unwrap(), mine);
    assert!(store.messages.post(new).await.unwrap().duplicate);
    let page = store
        .messages
        .page(rooms[0], PageAt::Newest, 9)
        .await
        .unwrap();
    assert_eq!(page.items, [(*posted.message).clone()]);
}

#[tokio::test]
async fn posts_go_on_when_postgresql_drops_every_connection() {
    let Some(site) = Site::new(Kind::Postgres).await else {
        return;
    };
    let (author, rooms) = people_and_rooms(&site, 1).await;
    let admin = Database::connect(&site.url).await.unwrap();
    for _ in 0..5 {
        site.store
            .messages
            .post(new_message(rooms[0], author, "hi"))
            .await
            .unwrap();
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
        admin.execute_unprepared(others).await.unwrap();
        let new = new_message(rooms[0], author, "hi");
        while let Err(error) = site.store.messages.post(new.clone()).await {
            assert!(matches!(error, ChangeError::Backend(_)), "{error:?}");
        }
    }
    let told = site.bus.hears(rooms[0], 10).await;
    let told: Vec<_> = told.iter().map(|message| message.seq).collect();
    assert_eq!(told, (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_log_of_sqlite_is_empty_after_closing() {
    let site = Site::new(Kind::Sqlite).await.unwrap();
    let (author, rooms) = people_and_rooms(&site, 1).await;
    let other = site.another().await;
    site.store
        .messages
        .post(new_message(rooms[0], author, "hi"))
        .await
        .unwrap();
    site.store.close().await.unwrap();
    // The other one still keeps the file.
    let log = format!("{}-wal", site.url.trim_start_matches("sqlite://"));
    assert_eq!(std::fs::metadata(log).unwrap().len(), 0);
    other.ping().await.unwrap();
}

#[tokio::test]
async fn each_fault_of_a_url_has_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    let text = folder.path().join("text");
    std::fs::write(
        &text,
        "not a database, but long enough to look at".repeat(9),
    )
    .unwrap();
    for (url, fault) in [
        ("mysql://host/db".to_owned(), "UnknownScheme"),
        ("chat.db".to_owned(), "UnknownScheme"),
        ("sqlite::memory:".to_owned(), "Malformed"),
        ("postgres://host:port/db".to_owned(), "Malformed"),
        (
            format!("sqlite://{path}/no/such/folder/chat.db"),
            "Unwritable",
        ),
        (format!("sqlite://{path}"), "Unwritable"),
        (format!("sqlite://{path}/text"), "NotADatabase"),
        ("postgres://nobody@127.0.0.1:1/db".to_owned(), "Unreachable"),
    ] {
        let error = connect(&url).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(fault), "{url}: {error:?}");
    }
    if let Some(site) = Site::new(Kind::Postgres).await {
        let url = site.url.replace("whatscrap_", "no_such_");
        let error = connect(&url).await.unwrap_err();
        assert!(matches!(error, ConnectError::Refused(_)), "{error:?}");
    }
}

async fn connect(url: &str) -> Result<Store, ConnectError> {
    let bus = Arc::new(whatscrap_messages::testing::RecordingBus::default());
    let attention = Arc::new(whatscrap_messages::testing::FakeAttention::default());
    Store::connect(url, Options::default(), bus, attention).await
}
