//! What a start leaves on the disk, and how it waits for its database.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::launch;

#[tokio::test]
async fn the_database_is_for_its_owner_alone() {
    let (launch, data) = launch();
    let server = launch.start().await;
    server.user("ada").await;
    for entry in std::fs::read_dir(data.path()).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is {mode:o}", entry.file_name());
    }
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
