//! R2: the power is cut, again and again, in the midst of talk.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{Play, Size};
use crate::faults::copies::{self, is_whole};
use crate::faults::{Disk, Report};
use crate::server::Launch;

/// The database is on a disk of its own. The server is killed, and what the disk has by then is
/// all that is left.
pub async fn power_cut(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let times = size.of(2, 30);
    let mut disk = copies::can_be_made().then(Disk::ext4)??;
    let data = disk.path.join("data");
    let launch = Launch::of(binary, &data);
    let mut play = Play::begin(&launch, &disk.path, &size.load(seed)).await;
    let mut chance = StdRng::seed_from_u64(seed);
    for _ in 0..times {
        play.talks(chance.random_range(20..200)).await;
        play.supervisor.kills().await;
        disk.power_cut();
        play.expects(is_whole(&data), "integrity_check says ok");
        play.supervisor.restarts().await;
    }
    Some(play.end(&format!("R2: power cut × {times}")).await)
}

/// The control, which must lose: the same with `synchronous=NORMAL`, once. It shows that the disk
/// forgets what is not synced, and that the judge sees it.
pub async fn power_cut_unsynced(binary: &Path, seed: u64) -> Option<Report> {
    let mut disk = copies::can_be_made().then(Disk::ext4)??;
    let data = disk.path.join("data");
    let launch = Launch::of(binary, &data).set("FAILPOINTS", "store::synchronous-normal=return");
    let mut play = Play::begin(&launch, &disk.path, &Size::Short.load(seed)).await;
    // The people and the rooms, at least, are to be there afterwards.
    disk.sync();
    play.talks(200).await;
    play.supervisor.kills().await;
    disk.power_cut();
    play.expects(is_whole(&data), "integrity_check says ok");
    play.supervisor.restarts().await;
    Some(play.end("R2, control: power cut, synchronous=NORMAL").await)
}
