use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::interval;
use tokio_util::task::AbortOnDropHandle;

use crate::faults::measured::mib;
use crate::faults::sqlite::Shell;
use crate::faults::times::Times;
use crate::faults::{Crowd, Entry, History, Kind, Load, Op, Report, Supervisor, lasts};
use crate::{Launch, PATIENCE};

/// Who writes, and for how long somebody else reads.
#[derive(Debug, Clone)]
pub struct Contention {
    /// For how long a reader holds its view of the database.
    pub time: Duration,
    /// The people.
    pub load: Load,
}

impl Contention {
    /// Seconds.
    pub fn short() -> Self {
        Self {
            time: Duration::from_secs(4),
            load: Load {
                senders: 50,
                readers: 2,
                window: 1,
                seed: 19,
                ..Load::default()
            },
        }
    }

    /// R19's minute.
    pub fn long() -> Self {
        Self {
            time: Duration::from_mins(1),
            ..Self::short()
        }
    }

    /// R19: fifty write into a SQLite file while another process reads an old
    /// view of it and then copies it whole. Nobody is told that it is locked.
    /// `None`, after a loud message, where there is no `sqlite3`.
    ///
    /// # Panics
    /// If the log outgrows 128 MiB, or somebody is refused.
    pub async fn run(&self, launch: &Launch, data: &Path, history: &History) -> Option<Report> {
        const MOST: u64 = 128 << 20;
        let database = data.join("whatscrap.db");
        let mut supervisor = Supervisor::start(launch, history).await;
        let mut crowd = Crowd::gather(&supervisor.process, &self.load, history).await;
        crowd.speak(true);
        assert!(crowd.acks_more(100, PATIENCE).await, "it goes on");
        let wal = Peak::of(&data.join("whatscrap.db-wal"));
        supervisor.breaks();
        let mut reader = Shell::on(&database)?;
        reader.asks("BEGIN; SELECT count(*) FROM messages;").await;
        lasts(self.time).await;
        let copy = data.join("copy.db");
        let mut copier = Shell::on(&database)?;
        copier.asks(&format!("VACUUM INTO '{}'; SELECT 'done';", copy.display())).await;
        let mut checker = Shell::on(&copy)?;
        let verdict = checker.asks("PRAGMA integrity_check;").await;
        assert_eq!(verdict, "ok", "the copy is whole");
        drop(reader);
        supervisor.mends();
        assert!(crowd.acks_more(100, PATIENCE).await, "it goes on");
        crowd.settles(PATIENCE).await;
        let end = crowd.reads_everything(&supervisor.process).await;
        let entries = history.entries();
        let refused = entries.iter().filter(|it| (it.op, it.kind) == (Op::Info, Kind::Send));
        assert_eq!(refused.count(), 0, "nobody is told of it: {}", supervisor.process.log());
        let wal = wal.bytes();
        assert!(wal <= MOST, "the log grew to {}", mib(wal));
        let fault = format!(
            "R19: an old view is read for {} s, then a backup; WAL {}, ack p50 / p99 {}",
            self.time.as_secs(),
            mib(wal),
            acks(&entries)
        );
        let peak = supervisor.peak_mib();
        Some(Report::of(&fault, &self.load, history, &end, peak))
    }
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
