//! Starts that need a database server, or its absence.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use whatscrap_testkit::postgres;

use crate::launch;

#[tokio::test]
async fn the_database_and_the_key_are_for_the_owner_alone() {
    let (launch, data) = launch();
    let server = launch.start().await;
    server.user("ada").await;
    for entry in std::fs::read_dir(data.path()).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is {mode:o}", entry.file_name());
    }
}

#[tokio::test]
async fn two_servers_starting_at_once_migrate_once() {
    let Some(database) = postgres::database().await else {
        return;
    };
    let ((first, _first_data), (second, _second_data)) = (launch(), launch());
    let (first, second) = (
        first.set("DATABASE_URL", &database.url),
        second.set("DATABASE_URL", &database.url),
    );
    let (first, second) = tokio::join!(first.start(), second.start());
    for server in [&first, &second] {
        assert_eq!(
            server.get("/readyz").send().await.status,
            200,
            "{}",
            server.log()
        );
    }
    let ada = first.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let elsewhere = second.login("ada").await;
    elsewhere.posts("from the other").in_room(&room).await;
    assert_eq!(ada.reads(&room).await.len(), 1);
}

#[tokio::test]
async fn a_database_out_of_reach_is_waited_for_then_named_without_its_password() {
    let (launch, _data) = launch();
    let url = "postgres://me:hunter2@127.0.0.1:1/chat";
    let start = Instant::now();
    let ended = launch.set("DATABASE_URL", url).run(&[]).await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(
        start.elapsed() > Duration::from_secs(25),
        "it may come up yet"
    );
    let last = ended.errors.lines().last().unwrap_or_default();
    assert!(last.contains("127.0.0.1"), "{ended:?}");
    assert!(!format!("{ended:?}").contains("hunter2"), "{ended:?}");
}
