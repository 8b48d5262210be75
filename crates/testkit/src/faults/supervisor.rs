//! Whoever starts the server, hurts it, and takes its measure.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::history::{Entry, History, Kind, Op};
use crate::server::{Launch, Process};

/// One server of the real binary, over as many processes as it takes.
#[derive(Debug)]
pub struct Supervisor {
    /// The process that runs now.
    pub process: Process,
    history: History,
    peak_kib: u64,
}

impl Supervisor {
    /// Starts the server for the first time.
    pub async fn start(launch: &Launch, history: &History) -> Self {
        Self {
            process: launch.start().await,
            history: history.clone(),
            peak_kib: 0,
        }
    }

    /// Notes that something breaks now.
    pub fn breaks(&self) {
        self.note(Op::Invoke, Kind::Fault);
    }

    /// Notes that what broke is whole again: the time to the next ack is the recovery.
    pub fn mends(&self) {
        self.note(Op::Ok, Kind::Fault);
    }

    fn note(&self, op: Op, kind: Kind) {
        self.history
            .record(Entry::new(&"supervisor".into(), op, kind));
    }

    /// `kill -9`.
    pub async fn kills(&mut self) {
        self.takes_measure();
        self.breaks();
        self.process.kill().await;
    }

    /// Starts it again on the same port and data.
    pub async fn restarts(&mut self) {
        self.mends();
        self.process.starts_again().await;
    }

    /// Reads how much memory the process held at most (`VmHWM`).
    pub fn takes_measure(&mut self) {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        self.peak_kib = self.peak_kib.max(kib.unwrap_or(0));
    }

    /// The most that any of its processes held, in MiB, as far as it was measured.
    pub fn peak_mib(&mut self) -> u64 {
        self.takes_measure();
        self.peak_kib.div_ceil(1024)
    }
}

/// The longest time from a mending to the next ack.
pub(super) fn recovery(history: &[Entry]) -> Option<Duration> {
    let mended = |entry: &&Entry| (entry.kind, entry.op) == (Kind::Fault, Op::Ok);
    let acked = |entry: &&Entry| (entry.kind, entry.op) == (Kind::Send, Op::Ok);
    let times = history
        .iter()
        .enumerate()
        .filter(|(_, entry)| mended(entry));
    let times = times.filter_map(|(at, mended)| {
        let first = history[at..].iter().find(acked)?;
        Some(Duration::from_nanos(first.mono_ns - mended.mono_ns))
    });
    times.max()
}

/// The longest time from a mending until everybody had what was acked before it.
pub(super) fn healing(history: &[Entry]) -> Duration {
    let mut acked = HashSet::new();
    // Of each message, when something was mended last before which it was acked.
    let mut awaited: HashMap<&str, u64> = HashMap::new();
    let mut longest = 0;
    for entry in history {
        let cid = entry.cid.as_deref().unwrap_or_default();
        match (entry.kind, entry.op) {
            (Kind::Fault, Op::Ok) => {
                awaited.extend(acked.drain().map(|cid| (cid, entry.mono_ns)));
            }
            (Kind::Send, Op::Ok) => {
                acked.insert(cid);
            }
            (Kind::Ev, Op::Ok) => {
                if let Some(mended) = awaited.get(cid) {
                    longest = longest.max(entry.mono_ns - mended);
                }
            }
            _ => {}
        }
    }
    Duration::from_nanos(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn healing_is_the_longest_time_until_everybody_had_what_was_acked_before_a_mending() {
        let step = |mono_ns, op, kind, cid| Entry {
            mono_ns,
            ..Entry::new(&"x".into(), op, kind).cid(cid)
        };
        let history = [
            step(10, Op::Ok, Kind::Send, "a"),
            step(11, Op::Ok, Kind::Ev, "a"),
            step(12, Op::Ok, Kind::Fault, ""),
            step(13, Op::Ok, Kind::Send, "b"),
            step(17, Op::Ok, Kind::Ev, "a"),
            step(19, Op::Ok, Kind::Ev, "b"),
            step(20, Op::Ok, Kind::Fault, ""),
            step(22, Op::Ok, Kind::Ev, "b"),
        ];
        assert_eq!(healing(&history), Duration::from_nanos(5));
    }

    #[test]
    fn recovery_is_the_longest_time_from_a_mending_to_the_next_ack() {
        let step = |mono_ns, op, kind| Entry {
            mono_ns,
            ..Entry::new(&"x".into(), op, kind)
        };
        let history = [
            step(10, Op::Ok, Kind::Fault),
            step(11, Op::Info, Kind::Send),
            step(15, Op::Ok, Kind::Send),
            step(20, Op::Ok, Kind::Fault),
            step(27, Op::Ok, Kind::Send),
        ];
        assert_eq!(recovery(&history), Some(Duration::from_nanos(7)));
        assert_eq!(recovery(&history[..2]), None);
    }
}
