//! What was promised, through faults: the short form of every scenario. The long form is `just
//! faults`; `docs/reliability.md` has its figures.

mod network;
mod nodes;
mod overload;

use std::path::Path;

use whatscrap_testkit::faults::Report;
use whatscrap_testkit::faults::scenarios::{
    Size, clock, disk_full, io_errors, kill, killed_at, lost_ack, power_cut, power_cut_unsynced,
    restore, terminate,
};
use whatscrap_testkit::{Client, Device, Launch};

/// Where chance begins; every other seed must do as well.
const SEED: u64 = 1;

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_whatscrap"))
}

#[track_caller]
fn assert_sound(report: &Report) {
    println!("{report}");
    report.assert_sound();
    assert_eq!(report.verdict.resets, 0, "nobody had to begin anew");
}

#[tokio::test]
async fn r1_what_was_acked_survives_kill_9_again_and_again() {
    assert_sound(&kill(binary(), Size::Short, SEED).await);
}

#[tokio::test]
async fn r1_no_place_between_queue_and_answer_is_a_wrong_one_to_be_killed_at() {
    for place in [
        "before-commit",
        "after-commit",
        "before-publish",
        "before-answer",
    ] {
        assert_sound(&killed_at(binary(), place, SEED).await);
    }
}

#[tokio::test]
async fn r2_what_was_acked_survives_a_power_cut_and_would_not_if_commits_were_not_synced() {
    let Some(report) = power_cut(binary(), Size::Short, SEED).await else {
        return;
    };
    assert_sound(&report);
    let control = power_cut_unsynced(binary(), SEED).await;
    let control = control.expect("what could be mounted can be again");
    println!("{control}");
    assert!(control.verdict.lost > 0, "the disk forgets: {control}");
    assert_eq!(control.disappointments, Vec::<String>::new());
}

#[tokio::test]
async fn r10_a_post_whose_ack_was_lost_is_known_when_it_is_said_again() {
    assert_sound(&lost_ack(binary(), Size::Short, SEED).await);
}

#[tokio::test]
async fn r12_a_full_disk_puts_posts_off_until_it_has_room() {
    if let Some(report) = disk_full(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r13_a_commit_that_the_disk_refused_is_not_acked() {
    if let Some(report) = io_errors(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r14_a_wall_clock_that_jumps_changes_no_order_and_revives_no_session() {
    if let Some(report) = clock(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r15_sigterm_under_load_says_goodbye_to_everybody_and_loses_nothing() {
    assert_sound(&terminate(binary(), Size::Short, SEED).await);
}

#[tokio::test]
async fn r25_whoever_comes_back_to_an_older_copy_begins_anew() {
    for crash in [false, true] {
        let Some(report) = restore(binary(), Size::Short, crash, SEED).await else {
            return;
        };
        println!("{report}");
        report.assert_sound();
        assert!(report.verdict.resets > 0, "everybody begins anew");
    }
}

#[tokio::test]
async fn what_was_committed_and_then_lost_is_told_by_the_retry() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch =
        Launch::of(binary(), data.path()).set("FAILPOINTS", "store::before-answer=1*panic");
    let server = launch.start().await;
    let (ada, ben) = (server.user("ada").await, server.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let (ada, ben) = (Device::of(&ada).await, Device::of(&ben).await);
    ada.say(&room, "hello");
    ben.until("the message", |client| client.version(&room) == 1)
        .await;
    ada.until("the ack", Client::is_quiet).await;
    server.says("a group was lost").await;
}
