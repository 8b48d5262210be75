//! R1: the server is killed, again and again, in the midst of talk.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tempfile::TempDir;

use super::{Play, Size};
use crate::faults::Report;
use crate::server::Launch;

/// `kill -9`, after every random number of acks, and a start at once.
pub async fn kill(binary: &Path, size: Size, seed: u64) -> Report {
    let times = size.of(3, 50);
    let data = TempDir::new().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let mut play = Play::begin(&launch, data.path(), &size.load(seed)).await;
    let mut chance = StdRng::seed_from_u64(seed);
    for _ in 0..times {
        play.talks(chance.random_range(20..200)).await;
        play.supervisor.kills().await;
        play.supervisor.restarts().await;
    }
    play.end(&format!("R1: kill -9 × {times}")).await
}

/// `kill -9` while the writer stands still at one place between the queue and the answer, a
/// failpoint: `before-commit`, `after-commit`, `before-publish`, `before-answer`.
pub async fn killed_at(binary: &Path, place: &str, seed: u64) -> Report {
    let data = TempDir::new().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let mut play = Play::begin(&launch, data.path(), &Size::Short.load(seed)).await;
    play.talks(100).await;
    play.supervisor.kills().await;
    // A few groups pass, so that everybody is under way; the next never leaves.
    let stops = format!("store::{place}=3*off->1*sleep(60000)");
    play.supervisor.process.set("FAILPOINTS", &stops);
    play.supervisor.restarts().await;
    play.stands_still().await;
    play.supervisor.kills().await;
    play.supervisor.process.set("FAILPOINTS", "");
    play.supervisor.restarts().await;
    play.talks(100).await;
    play.end(&format!("R1: kill -9 {}", place.replace('-', " ")))
        .await
}
