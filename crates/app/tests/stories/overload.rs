//! Too many, too slow, too much: the short forms. The long ones are in
//! `whatscrap-faults`.

use whatscrap_testkit::faults::model;
use whatscrap_testkit::faults::scenarios::{Abuse, SlowReaders, Soak, Storm, Tabs};

use crate::launch;

#[tokio::test]
async fn readers_that_never_read_are_closed_and_delay_nobody() {
    let (launch, _data) = launch();
    println!("{}", SlowReaders::SHORT.run(&launch).await);
}

#[tokio::test]
async fn everybody_who_comes_back_at_once_has_everything() {
    let (launch, _data) = launch();
    println!("{}", Storm::SHORT.run(&launch).await);
}

#[tokio::test]
async fn frames_that_no_client_sends_harm_only_their_own_connection() {
    let (launch, _data) = launch();
    for row in Abuse::SHORT.run(&launch).await {
        println!("{row}");
    }
}

#[tokio::test]
async fn who_has_come_and_gone_leaves_nothing_behind() {
    let (launch, _data) = launch();
    println!("{}", Soak::SHORT.run(&launch).await);
}

#[tokio::test]
async fn two_tabs_show_what_the_database_has_whatever_happens_to_them() {
    let (launch, _data) = launch();
    if let Some(row) = Tabs::SHORT.run(&launch).await {
        println!("{row}");
    }
}

#[tokio::test]
async fn the_server_does_what_the_model_does() {
    let (launch, _data) = launch();
    let compared = model::agrees(launch.start().await, 6, 120, 22).await;
    println!("{compared:?}");
}
