//! R14: the wall clock jumps.

use std::path::Path;

use tempfile::TempDir;

use super::{Play, Size};
use crate::faults::{Report, WallClock};
use crate::server::Launch;

/// The clock goes an hour back, ten days on, ten days back, while people talk. In the end it goes
/// on by more than a session lasts: what has expired does not revive when it goes back.
pub async fn clock(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let data = TempDir::new().expect("a temporary folder");
    let (launch, clock) = WallClock::before(Launch::of(binary, data.path()), data.path())?;
    let mut play = Play::begin(&launch, data.path(), &size.load(seed)).await;
    for offset in ["-1h", "+10d", "-10d", "+0"] {
        clock.jump(offset);
        play.talks(size.of(100, 1_000)).await;
    }
    let early = play.supervisor.process.login("founder").await;
    play.expects(
        early.get("/me").send().await.status == 200,
        "a session that is valid",
    );
    // Nobody else may find out what day it is.
    play.crowd.settles(crate::server::PATIENCE).await;
    for (offset, when) in [
        ("+400d", "after its time"),
        ("+0", "when the clock goes back"),
    ] {
        clock.jump(offset);
        let answer = early.get("/me").send().await;
        play.expects(
            answer.status == 401,
            &format!("that a session is over {when}"),
        );
    }
    Some(play.end("R14: clock −1 h, +10 d, −10 d").await)
}
