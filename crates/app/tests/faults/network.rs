//! A network and a database one would rather not have.

use std::path::Path;

use whatscrap_testkit::faults::scenarios::{
    Size, bad_network, contention, database_ends, database_hangs,
};

use crate::{BINARY, SEED};

#[tokio::test]
async fn nothing_is_lost_on_a_bad_network() {
    let report = bad_network(Path::new(BINARY), Size::Short, SEED).await;
    println!("{report}");
    report.assert_sound();
}

#[tokio::test]
async fn nothing_is_lost_when_postgresql_ends_and_comes_back() {
    if let Some(report) = database_ends(Path::new(BINARY), Size::Short, SEED).await {
        println!("{report}");
        report.assert_sound();
    }
}

#[tokio::test]
async fn nothing_is_acked_while_postgresql_hangs() {
    if let Some(report) = database_hangs(Path::new(BINARY), Size::Short, SEED).await {
        println!("{report}");
        report.assert_sound();
    }
}

#[tokio::test]
async fn nobody_is_told_that_sqlite_is_locked() {
    if let Some(report) = contention(Path::new(BINARY), Size::Short, SEED).await {
        println!("{report}");
        report.assert_sound();
    }
}
