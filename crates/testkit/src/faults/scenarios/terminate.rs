//! R15: the server is asked to end in the midst of talk.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Play, Size};
use crate::faults::{Entry, Kind, Load, Op, Report};
use crate::server::Launch;

/// SIGTERM: what is under way is acked, everybody is told and comes back.
pub async fn terminate(binary: &Path, size: Size, seed: u64) -> Report {
    let data = TempDir::new().expect("a temporary folder");
    let load = Load {
        readers: size.of(12, 480),
        rate: size.of(100, 40),
        ..size.load(seed)
    };
    let mut play = Play::begin(&Launch::of(binary, data.path()), data.path(), &load).await;
    play.talks(200).await;
    play.supervisor.takes_measure();
    play.supervisor.breaks();
    let asked = Instant::now();
    play.supervisor.process.terminate().await;
    let status = play.supervisor.process.ended().await;
    play.expects(status.code() == Some(0), "exit code 0");
    play.expects(
        asked.elapsed() < Duration::from_secs(10),
        "the end within 10 s",
    );
    let log = data.path().join("whatscrap.db-wal").metadata();
    play.expects(log.map_or(0, |file| file.len()) == 0, "an empty log");
    play.supervisor.restarts().await;
    play.talks(100).await;
    let sockets = load.senders + load.readers;
    let name = format!("R15: SIGTERM with {sockets} sockets");
    play.end_judging(&name, |disappointments, entries| {
        disappointments.extend(bad_goodbyes(&entries));
        entries
    })
    .await
}

/// From the fault to its mending, everybody is told 1012, then closed with 1012, and nothing is
/// acked in between.
fn bad_goodbyes(entries: &[Entry]) -> Vec<String> {
    let of_fault = |op| {
        entries
            .iter()
            .position(|e| (e.kind, e.op) == (Kind::Fault, op))
    };
    let (begin, end) = (of_fault(Op::Invoke), of_fault(Op::Ok));
    let mut partings: BTreeMap<&str, Vec<(Kind, Option<u64>)>> = BTreeMap::new();
    for entry in entries {
        partings.entry(&entry.actor).or_default();
    }
    for entry in &entries[begin.unwrap_or(0)..end.unwrap_or(entries.len())] {
        let parting = partings.entry(&entry.actor).or_default();
        match (entry.kind, entry.op) {
            (Kind::Bye | Kind::Close, _) => parting.push((entry.kind, entry.seq)),
            (Kind::Send, Op::Ok) if !parting.is_empty() => parting.push((Kind::Send, None)),
            _ => {}
        }
    }
    partings.remove("supervisor");
    let good = [(Kind::Bye, Some(1012)), (Kind::Close, Some(1012))];
    let bad = partings.into_iter().filter(|(_, parting)| *parting != good);
    bad.map(|(actor, parting)| format!("{actor} parted with {parting:?}"))
        .collect()
}
