//! R25: the database is replaced by an older copy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{interval, timeout};

use super::{Play, Size};
use crate::faults::copies;
use crate::faults::{Entry, Kind, Op, Report};
use crate::server::{Launch, PATIENCE};

/// A backup, more talk, an end (by `kill -9` if `crash`), the backup in place again; and while
/// everybody is away the rooms grow beyond what anybody holds. Whoever comes back must begin anew
/// and hold the same as all others, whatever they had.
pub async fn restore(binary: &Path, size: Size, crash: bool, seed: u64) -> Option<Report> {
    if !copies::can_be_made() {
        return None;
    }
    let folder = TempDir::new().expect("a temporary folder");
    let (data, backup) = (folder.path().join("data"), folder.path().join("backup.db"));
    let launch = Launch::of(binary, &data);
    let mut play = Play::begin(&launch, folder.path(), &size.load(seed)).await;
    play.talks(size.of(100, 1_000)).await;
    copies::back_up(&data.join("whatscrap.db"), &backup);
    play.talks(size.of(100, 1_000)).await;
    play.crowd.settles(PATIENCE).await;
    play.crowd.stay_away(true).await;
    let held = play.crowd.versions();
    if crash {
        play.expects(
            noted(&data, &held).await,
            "a note of how far the rooms have come",
        );
        play.supervisor.kills().await;
    } else {
        play.supervisor.breaks();
        play.supervisor.process.terminate().await;
        play.supervisor.process.ended().await;
    }
    for log in ["whatscrap.db-wal", "whatscrap.db-shm"] {
        // A clean end has removed them itself.
        let _ = fs::remove_file(data.join(log));
    }
    fs::copy(&backup, data.join("whatscrap.db")).expect("the backup can be put in place");
    let before = play.history.entries();
    play.supervisor.restarts().await;
    let heads = play.crowd.outgrows(&held).await;
    play.crowd.stay_away(false).await;
    play.crowd.speak(true);
    play.talks(50).await;
    let end = if crash { "kill -9" } else { "SIGTERM" };
    let name = format!("R25: older copy restored after {end}");
    let report = play.end_judging(&name, |disappointments, entries| {
        disappointments.extend(undeceived(&before, &entries));
        kept(&before, &entries, &heads)
    });
    Some(report.await)
}

/// Waits until the server has noted, beside the database, that its rooms are where everybody
/// holds them: it does so every few seconds.
async fn noted(data: &Path, held: &BTreeMap<String, u64>) -> bool {
    let changes: u64 = held.values().sum();
    let mut looks = interval(Duration::from_millis(100));
    let noted = async {
        loop {
            looks.tick().await;
            let note = fs::read_to_string(data.join("epoch")).unwrap_or_default();
            let noted = note
                .split_whitespace()
                .nth(1)
                .and_then(|count| count.parse().ok());
            if noted >= Some(changes) {
                return;
            }
        }
    };
    timeout(PATIENCE, noted).await.is_ok()
}

/// Whoever held a room and was not told to begin anew.
fn undeceived(before: &[Entry], entries: &[Entry]) -> Vec<String> {
    let joined = |entries: &[Entry], op| -> Vec<_> {
        let joins = entries
            .iter()
            .filter(|e| (e.kind, e.op) == (Kind::Joined, op));
        joins
            .map(|entry| (entry.actor.clone(), entry.room.clone()))
            .collect()
    };
    let reset = joined(&entries[before.len()..], Op::Info);
    let held = joined(before, Op::Ok)
        .into_iter()
        .filter(|held| !reset.contains(held));
    held.map(|(actor, room)| format!("{actor} goes on in {room:?} as if nothing had been"))
        .collect()
}

/// The history without the acks of what the copy did not have: that is lost, as with any older
/// copy.
fn kept(before: &[Entry], entries: &[Entry], heads: &BTreeMap<String, u64>) -> Vec<Entry> {
    let lost = |entry: &Entry| {
        let head = entry.room.as_deref().and_then(|room| heads.get(room));
        (entry.kind, entry.op) == (Kind::Send, Op::Ok) && entry.seq > head.copied()
    };
    let (old, new) = entries.split_at(before.len());
    let old = old.iter().filter(|entry| !lost(entry));
    old.chain(new).cloned().collect()
}
