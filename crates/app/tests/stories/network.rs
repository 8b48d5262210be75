//! A network and a database one would rather not have: the short forms. The long
//! ones are in `whatscrap-faults`.

use tempfile::TempDir;
use whatscrap_testkit::faults::History;
use whatscrap_testkit::faults::scenarios::{BadNetwork, Contention, Hang, Restarts};

use crate::launch;

/// A history in memory, away from the disk that the databases are on.
fn history(data: &TempDir) -> (History, TempDir) {
    let folder = TempDir::new_in("/dev/shm").expect("a folder in memory");
    let file = folder.path().join("history.jsonl");
    (History::beside(data.path(), &file), folder)
}

#[tokio::test]
async fn nothing_is_lost_on_a_bad_network() {
    let (launch, data) = launch();
    let (history, _folder) = history(&data);
    let report = BadNetwork::short().run(&launch, &history).await;
    println!("{report}");
    report.assert_sound();
}

#[tokio::test]
async fn nothing_is_lost_when_postgresql_ends_and_comes_back() {
    let (launch, data) = launch();
    let (history, _folder) = history(&data);
    if let Some(report) = Restarts::short().run(&launch, &history).await {
        println!("{report}");
        report.assert_sound();
    }
}

#[tokio::test]
async fn nothing_is_acked_while_postgresql_hangs() {
    let (launch, data) = launch();
    let (history, _folder) = history(&data);
    if let Some(report) = Hang::short().run(&launch, &history).await {
        println!("{report}");
        report.assert_sound();
    }
}

#[tokio::test]
async fn nobody_is_told_that_sqlite_is_locked() {
    let (launch, data) = launch();
    let (history, _folder) = history(&data);
    let short = Contention::short();
    if let Some(report) = short.run(&launch, data.path(), &history).await {
        println!("{report}");
        report.assert_sound();
    }
}
