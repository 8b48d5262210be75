//! What the server's processes cost, by the kernel's own account.

use std::fs;

/// The processes that are measured.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    /// The server.
    pub(crate) server: u32,
    /// Its other nodes, and what joins them.
    pub(crate) others: Vec<u32>,
    /// The database's first process, whose children count as well.
    pub(crate) database: Option<u32>,
}

impl Meter {
    /// Resident bytes of the server.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server));
        let status = status.expect("the server's process is there");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        1024 * kilobytes
            .and_then(|count| count.parse::<u64>().ok())
            .unwrap_or(0)
    }

    /// Seconds of processor time the server and its database have used.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let own = Stat::of(self.server).expect("the server's process is there");
        let database = self.database.map_or(0.0, |postmaster| {
            let all = processes().filter_map(Stat::of);
            let theirs = all.filter(|stat| stat.parent == postmaster || stat.process == postmaster);
            theirs.map(|stat| stat.cpu_seconds).sum()
        });
        let others = self.others.iter().filter_map(|process| Stat::of(*process));
        let others: f64 = others.map(|stat| stat.cpu_seconds).sum();
        own.cpu_seconds + others + database
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
