//! What the server's process costs, by the kernel's own account.

use std::fs;

/// Resident bytes of a process.
pub(crate) fn resident_bytes(pid: u32) -> u64 {
    let status =
        fs::read_to_string(format!("/proc/{pid}/status")).expect("the server's process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    1024 * kilobytes
        .and_then(|count| count.parse::<u64>().ok())
        .unwrap_or(0)
}

/// Seconds of processor time a process has used.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    /// Linux counts these in hundredths everywhere it runs today.
    const TICKS: f64 = 100.0;
    let stat =
        fs::read_to_string(format!("/proc/{pid}/stat")).expect("the server's process is there");
    // The name, in parentheses, may hold anything.
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let times = fields.split_whitespace().skip(11).take(2);
    times
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS
}
