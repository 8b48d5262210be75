//! R13: the disk fails to write.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::{Play, Size};
use crate::faults::{FailingFiles, Report};
use crate::server::Launch;

/// Writing and syncing fail with EIO, once in a hundred times and then always, and then never
/// again.
pub async fn io_errors(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let times = size.of(1, 5);
    let data = TempDir::new().expect("a temporary folder");
    let (launch, files) = FailingFiles::before(Launch::of(binary, data.path()), data.path())?;
    let mut play = Play::begin(&launch, data.path(), &size.load(seed)).await;
    for _ in 0..times {
        play.supervisor.breaks();
        files.fail(play.supervisor.process.id(), 1);
        play.is_put_off().await;
        play.talks(200).await;
        files.fail(play.supervisor.process.id(), 100);
        play.is_put_off().await;
        play.stands_still().await;
        files.fail(play.supervisor.process.id(), 0);
        play.supervisor.mends();
        let back = play.crowd.acks_more(1, Duration::from_secs(10)).await;
        play.expects(back, "acks within 10 s after the disk writes again");
        play.talks(100).await;
    }
    Some(
        play.end(&format!("R13: EIO of 1 %, then 100 % × {times}"))
            .await,
    )
}
