//! R1: the server is killed, again and again, in the midst of talk.

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{Play, Size};
use crate::faults::Report;
use crate::server::Launch;

/// `kill -9`, after every random number of acks, and a start at once.
pub async fn kill(binary: &Path, size: Size, seed: u64) -> Report {
    let times = size.of(3, 50);
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let mut play = Play::begin(&launch, data.path(), &size.load(seed)).await;
    let mut chance = StdRng::seed_from_u64(seed);
    for _ in 0..times {
        let more = chance.random_range(20..200);
        let talks = play.crowd.acks_more(more, Duration::from_secs(20)).await;
        assert!(talks, "the talk goes on: {}", play.supervisor.process.log());
        play.supervisor.kills().await;
        play.supervisor.restarts().await;
    }
    play.end(&format!("R1: kill -9 × {times}")).await
}
