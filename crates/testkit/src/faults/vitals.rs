//! What a process costs, by the kernel's own account.

use std::fs;
use std::time::Duration;

/// What a process takes up at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// Bytes of memory in use.
    pub resident: u64,
    /// The most bytes of memory that were ever in use.
    pub peak: u64,
    /// Open file descriptors.
    pub files: usize,
    /// Processor time so far.
    pub cpu: Duration,
}

impl Vitals {
    /// Takes them.
    ///
    /// # Panics
    /// If there is no such process.
    pub fn of(pid: u32) -> Self {
        /// Linux counts processor time in hundredths everywhere it runs today.
        const TICK: Duration = Duration::from_millis(10);
        let read = |file: &str| {
            fs::read_to_string(format!("/proc/{pid}/{file}")).expect("the process is there")
        };
        let (status, stat) = (read("status"), read("stat"));
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let count = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            count.expect("the kernel tells a process's memory")
        };
        // The name, in parentheses, may hold anything.
        let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
        let times = fields.split_whitespace().skip(11).take(2);
        let ticks: u32 = times.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
        let files = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is there");
        Self {
            resident: 1024 * kilobytes("VmRSS:"),
            peak: 1024 * kilobytes("VmHWM:"),
            files: files.count(),
            cpu: TICK * ticks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_memory_and_files() {
        let vitals = Vitals::of(std::process::id());
        assert!(vitals.peak >= vitals.resident && vitals.resident > 1 << 20);
        assert!(vitals.files >= 3);
    }
}
