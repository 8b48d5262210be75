//! What the server's processes cost, by the kernel's own account.

use std::fs;
use std::ops::{Mul, Sub};

use serde::{Deserialize, Serialize};

/// The processes that are measured.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    /// The server's nodes.
    pub(crate) nodes: Vec<u32>,
    /// The database's first process, whose children count as well.
    pub(crate) database: Option<u32>,
    /// The Redis that joins the nodes.
    pub(crate) redis: Option<u32>,
}

/// Seconds of processor time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cpu {
    /// Of all nodes.
    pub(crate) nodes: f64,
    pub(crate) database: f64,
    pub(crate) redis: f64,
}

impl Cpu {
    pub(crate) fn total(self) -> f64 {
        self.nodes + self.database + self.redis
    }

    /// The one that is more in all.
    pub(crate) fn max(self, other: Self) -> Self {
        if other.total() > self.total() {
            other
        } else {
            self
        }
    }
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            nodes: self.nodes - before.nodes,
            database: self.database - before.database,
            redis: self.redis - before.redis,
        }
    }
}

impl Mul<f64> for Cpu {
    type Output = Self;

    fn mul(self, by: f64) -> Self {
        Self {
            nodes: self.nodes * by,
            database: self.database * by,
            redis: self.redis * by,
        }
    }
}

impl Meter {
    /// Resident bytes of the first node.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.nodes[0]));
        let status = status.expect("the server's process is there");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        1024 * kilobytes
            .and_then(|count| count.parse::<u64>().ok())
            .unwrap_or(0)
    }

    /// The processor time that all of them have used.
    pub(crate) fn cpu(&self) -> Cpu {
        let nodes = self.nodes.iter().copied().map(Stat::of);
        let nodes = nodes.map(|stat| stat.expect("the server's processes are there").cpu_seconds);
        let database = self.database.map_or(0.0, |postmaster| {
            let all = processes().filter_map(Stat::of);
            let theirs = all.filter(|stat| stat.parent == postmaster || stat.process == postmaster);
            theirs.map(|stat| stat.cpu_seconds).sum()
        });
        let redis = self.redis.and_then(Stat::of);
        Cpu {
            nodes: nodes.sum(),
            database,
            redis: redis.map_or(0.0, |stat| stat.cpu_seconds),
        }
    }
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Seconds of processor time this thread has used.
pub(crate) fn thread_cpu_seconds() -> f64 {
    let stat = Stat::read("/proc/thread-self/stat");
    stat.expect("this thread is there").cpu_seconds
}

struct Stat {
    process: u32,
    parent: u32,
    cpu_seconds: f64,
}

impl Stat {
    fn of(process: u32) -> Option<Self> {
        Self::read(&format!("/proc/{process}/stat"))
    }

    fn read(path: &str) -> Option<Self> {
        /// Linux counts these in hundredths everywhere it runs today.
        const TICKS: f64 = 100.0;
        let stat = fs::read_to_string(path).ok()?;
        // The name, in parentheses, may hold anything.
        let (process, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
        Some(Self {
            process: process.split_whitespace().next()?.parse().ok()?,
            parent: fields.get(1)?.parse().ok()?,
            cpu_seconds: (ticks(11)? + ticks(12)?) / TICKS,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_and_its_parent_are_found() {
        let own = Stat::of(std::process::id()).unwrap();
        assert_eq!(own.process, std::process::id());
        assert!(processes().any(|process| process == own.parent));
    }
}
