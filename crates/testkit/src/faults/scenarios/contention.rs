//! R19: many write into a SQLite file that others read and copy.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::interval;
use tokio_util::task::AbortOnDropHandle;

use super::{Play, Size};
use crate::faults::measured::mib;
use crate::faults::sqlite::Shell;
use crate::faults::times::Times;
use crate::faults::{Entry, Kind, Load, Op, Report, lasts};
use crate::server::Launch;

/// Fifty write into a SQLite file while another process reads an old view of it and a third
/// copies it whole. Nobody is told that it is locked. `None`, after a loud message, where there
/// is no `sqlite3`.
pub async fn contention(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    const MOST: u64 = 128 << 20;
    let time = Duration::from_secs(size.of(4, 60));
    let load = Load {
        senders: 50,
        window: 1,
        ..size.load(seed)
    };
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let mut play = Play::begin(&launch, data.path(), &load).await;
    let database = data.path().join("whatscrap.db");
    let wal = Peak::of(&data.path().join("whatscrap.db-wal"));
    let mut reader = Shell::on(&database)?;
    play.supervisor.breaks();
    reader.asks("BEGIN; SELECT count(*) FROM messages;").await;
    lasts(time).await;
    let copy = data.path().join("copy.db");
    let copying = format!("VACUUM INTO '{}'; SELECT 'done';", copy.display());
    Shell::on(&database)?.asks(&copying).await;
    let verdict = Shell::on(&copy)?.asks("PRAGMA integrity_check;").await;
    play.expects(verdict == "ok", "the copy is whole");
    drop(reader);
    play.supervisor.mends();
    play.talks(200).await;
    let entries = play.history.entries();
    let put_off = |it: &Entry| (it.op, it.kind) == (Op::Info, Kind::Send);
    play.expects(!entries.iter().any(put_off), "nobody is told of it");
    let wal = wal.bytes();
    play.expects(wal <= MOST, "the log stays below 128 MiB");
    let fault = format!(
        "R19: an old view is read for {} s, then a backup; WAL {}, ack p50 / p99 {}",
        time.as_secs(),
        mib(wal),
        acks(&entries)
    );
    Some(play.end(&fault).await)
}

/// The greatest size a file has while this is there.
struct Peak {
    bytes: Arc<AtomicU64>,
    _watching: AbortOnDropHandle<()>,
}

impl Peak {
    fn of(file: &Path) -> Self {
        let bytes = Arc::new(AtomicU64::new(0));
        let watching = tokio::spawn(watch(file.to_owned(), bytes.clone()));
        Self {
            bytes,
            _watching: AbortOnDropHandle::new(watching),
        }
    }

    fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

async fn watch(file: PathBuf, bytes: Arc<AtomicU64>) {
    let mut ticks = interval(Duration::from_millis(50));
    loop {
        ticks.tick().await;
        let size = std::fs::metadata(&file).map_or(0, |file| file.len());
        bytes.fetch_max(size, Ordering::Relaxed);
    }
}

/// How long each post waited for its ack.
fn acks(history: &[Entry]) -> Times {
    let mut times = Times::new();
    let mut sent = HashMap::new();
    for entry in history.iter().filter(|entry| entry.kind == Kind::Send) {
        let post = (&entry.actor, &entry.cid);
        match entry.op {
            Op::Invoke => {
                sent.insert(post, entry.mono_ns);
            }
            Op::Ok => {
                if let Some(began) = sent.remove(&post) {
                    times.record(Duration::from_nanos(entry.mono_ns - began));
                }
            }
            Op::Info | Op::Fail => {}
        }
    }
    times
}
