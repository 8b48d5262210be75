//! Too many, too slow, too much, and anything in any order.

use std::path::Path;

use whatscrap_testkit::faults::scenarios::{Size, abuse, model, slow_readers, soak, storm, tabs};

use crate::{BINARY, SEED};

#[tokio::test]
async fn readers_that_never_read_are_closed_and_harm_nobody() {
    println!("{}", slow_readers(Path::new(BINARY), Size::Short).await);
}

#[tokio::test]
async fn everybody_who_comes_back_at_once_has_everything() {
    println!("{}", storm(Path::new(BINARY), Size::Short).await);
}

#[tokio::test]
async fn frames_that_no_client_sends_harm_only_their_own_connection() {
    for row in abuse(Path::new(BINARY), Size::Short).await {
        println!("{row}");
    }
}

#[tokio::test]
async fn who_has_come_and_gone_leaves_nothing_behind() {
    println!("{}", soak(Path::new(BINARY), Size::Short).await);
}

#[tokio::test]
async fn two_tabs_show_what_the_database_has_whatever_happens_to_them() {
    if let Some(row) = tabs(Path::new(BINARY), Size::Short, SEED).await {
        println!("{row}");
    }
}

#[tokio::test]
async fn the_server_does_what_the_model_does() {
    println!("{}", model(Path::new(BINARY), Size::Short, SEED).await);
}
