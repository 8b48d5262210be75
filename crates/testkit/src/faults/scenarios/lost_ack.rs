//! R10: the connection is lost exactly between the commit and its ack.

use std::collections::HashSet;
use std::path::Path;

use tempfile::TempDir;

use super::{Play, Size};
use crate::faults::{Entry, Kind, Op, Report};
use crate::server::Launch;

/// Of every two acks one is lost, with its connection, until so many are; each post is said again
/// and must be known.
pub async fn lost_ack(binary: &Path, size: Size, seed: u64) -> Report {
    let cuts = size.of(60, 1_000);
    let data = TempDir::new().expect("a temporary folder");
    let cutting = format!("web::before-ack=50%{cuts}*return");
    let launch = Launch::of(binary, data.path()).set("FAILPOINTS", &cutting);
    let mut play = Play::begin(&launch, data.path(), &size.load(seed)).await;
    let cut = |entry: &Entry| entry.kind == Kind::Close;
    while play.history.count(cut) < cuts && play.talks(5).await {}
    play.talks(100).await;
    let name = format!("R10: ack lost after commit × {cuts}");
    let report = play.end_judging(&name, |disappointments, entries| {
        let known = entries.iter().filter(|entry| entry.duplicate).count();
        if known == 0 || entries.iter().filter(|entry| cut(entry)).count() < cuts {
            disappointments.push(format!("{cuts} cuts, and posts that are known again"));
        }
        disappointments.extend(contradictions(&entries));
        entries
    });
    report.await
}

/// Acks of one post that do not say the same.
fn contradictions(entries: &[Entry]) -> Vec<String> {
    let acks = entries
        .iter()
        .filter(|entry| (entry.kind, entry.op) == (Kind::Send, Op::Ok));
    let results: HashSet<_> = acks.map(|ack| (&ack.cid, ack.seq, &ack.id)).collect();
    let names: HashSet<_> = results.iter().map(|result| result.0).collect();
    let many = (results.len() != names.len())
        .then(|| format!("{} results of {} posts", results.len(), names.len()));
    many.into_iter().collect()
}
