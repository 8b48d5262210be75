//! Which core runs what.

use std::io;
use std::process::Command;

/// The server's, and its database's.
pub(crate) const SERVER: &str = "0";
/// The generator's.
pub(crate) const GENERATOR: &str = "1";

/// Moves this process to a core; what it starts from then on stays there.
pub(crate) fn move_to(core: &str) -> io::Result<()> {
    let process = std::process::id().to_string();
    let moved = Command::new("taskset")
        .args(["-a", "-c", "-p", core, &process])
        .output()?;
    if moved.status.success() {
        Ok(())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&moved.stderr)))
    }
}
