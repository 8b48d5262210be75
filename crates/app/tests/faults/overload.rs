//! Too many, too slow, too much, and anything in any order.

use whatscrap_testkit::faults::scenarios::{Size, abuse, model, slow_readers, soak, storm, tabs};

use crate::{SEED, binary};

#[tokio::test]
async fn r11_readers_that_never_read_are_closed_and_harm_nobody() {
    println!("{}", slow_readers(binary(), Size::Short).await);
}

#[tokio::test]
async fn r17_everybody_who_comes_back_at_once_has_everything() {
    println!("{}", storm(binary(), Size::Short).await);
}

#[tokio::test]
async fn r18_frames_that_no_client_sends_harm_only_their_own_connection() {
    for row in abuse(binary(), Size::Short).await {
        println!("{row}");
    }
}

#[tokio::test]
async fn r22_the_server_does_what_the_model_does() {
    println!("{}", model(binary(), Size::Short, SEED).await);
}

#[tokio::test]
async fn r23_who_has_come_and_gone_leaves_nothing_behind() {
    println!("{}", soak(binary(), Size::Short).await);
}

#[tokio::test]
async fn r24_two_tabs_show_what_the_database_has_whatever_happens_to_them() {
    if let Some(row) = tabs(binary(), Size::Short, SEED).await {
        println!("{row}");
    }
}
