//! A network and a database one would rather not have.

use whatscrap_testkit::faults::scenarios::{
    Size, bad_network, contention, database_ends, database_hangs,
};

use crate::{SEED, assert_sound, binary};

#[tokio::test]
async fn r4_nothing_is_lost_when_postgresql_ends_and_comes_back() {
    if let Some(report) = database_ends(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r5_nothing_is_acked_while_postgresql_hangs_and_sockets_stay() {
    if let Some(report) = database_hangs(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}

#[tokio::test]
async fn r9_nothing_is_lost_on_a_bad_network() {
    assert_sound(&bad_network(binary(), Size::Short, SEED).await);
}

#[tokio::test]
async fn r19_nobody_is_told_that_sqlite_is_locked() {
    if let Some(report) = contention(binary(), Size::Short, SEED).await {
        assert_sound(&report);
    }
}
