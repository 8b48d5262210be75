//! Faults among three nodes.

use whatscrap_testkit::Joined;
use whatscrap_testkit::faults::scenarios::{
    Size, carrier_away, carrier_cut, database_ends_among_nodes, node_killed, partition,
    presence_truth, rolling_restart,
};

use super::{SEED, assert_sound, binary};

#[tokio::test]
async fn r3_a_killed_node_takes_nothing_along_and_leaves_no_ghosts() {
    for joined in [Joined::Redis, Joined::Postgres] {
        if let Some(report) = node_killed(binary(), joined, Size::Short, SEED).await {
            assert_sound(&report);
        }
    }
}

#[tokio::test]
async fn r4_nodes_outlive_their_database() {
    for joined in [Joined::Redis, Joined::Postgres] {
        let report = database_ends_among_nodes(binary(), joined, Size::Short, SEED).await;
        if let Some(report) = report {
            assert_sound(&report);
        }
    }
}

#[tokio::test]
async fn r6_without_redis_nothing_is_lost() {
    if let Some(report) = carrier_away(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r7_who_is_dropped_by_redis_reads_what_it_misses() {
    if let Some(report) = carrier_cut(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r8_who_is_cut_off_in_silence_reads_what_it_misses() {
    for joined in [Joined::Redis, Joined::Postgres] {
        if let Some(report) = partition(binary(), joined, Size::Short, SEED).await {
            assert_sound(&report);
        }
    }
}

#[tokio::test]
async fn r16_nodes_restart_one_after_the_other() {
    for joined in [Joined::Redis, Joined::Postgres] {
        if let Some(report) = rolling_restart(binary(), joined, Size::Short, SEED).await {
            assert_sound(&report);
        }
    }
}

#[tokio::test]
async fn r21_every_node_says_who_is_there() {
    for joined in [Joined::Redis, Joined::Postgres] {
        if let Some(measured) = presence_truth(binary(), joined, Size::Short, SEED).await {
            println!("{measured}");
        }
    }
}
