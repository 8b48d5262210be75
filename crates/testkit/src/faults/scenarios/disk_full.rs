//! R12: the disk is full for a while.

use std::path::Path;
use std::time::Duration;

use super::{Play, Size};
use crate::faults::{Disk, Kind, Report};
use crate::server::Launch;

/// The disk fills up in the midst of talk: posts are put off, reading goes on. It has room again:
/// so does the talk.
pub async fn disk_full(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let times = size.of(1, 5);
    let disk = Disk::small(32)?;
    let data = disk.path.join("data");
    let mut play = Play::begin(&Launch::of(binary, &data), &disk.path, &size.load(seed)).await;
    for _ in 0..times {
        play.talks(100).await;
        play.supervisor.breaks();
        let filled = disk.fill();
        play.is_put_off().await;
        let room = play.crowd.rooms[0].clone();
        let path = format!("/rooms/{room}/messages");
        let page = play.crowd.owner.get(&path).send().await;
        play.expects(
            page.status == 200,
            "a page of a room while the disk is full",
        );
        std::fs::remove_file(filled).expect("the disk's file can be removed");
        play.supervisor.mends();
        let back = play.crowd.acks_more(1, Duration::from_secs(5)).await;
        play.expects(back, "acks within 5 s after the disk has room");
    }
    let closed = play.history.count(|entry| entry.kind == Kind::Close);
    play.expects(closed == 0, "that no socket closes");
    Some(play.end(&format!("R12: disk full × {times}")).await)
}
