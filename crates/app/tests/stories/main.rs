//! What a chat lives through when its server is killed, ended, pulled away or
//! started twice: only the real binary can show it.
#![expect(clippy::unwrap_used, reason = "a test that is surprised fails")]

mod encrypted;
mod ending;
mod quiet;
mod resets;
mod restart;
mod starting;

use tempfile::TempDir;
use whatscrap_testkit::Launch;

/// A launch of the binary under test, with an empty folder for its data.
fn launch() -> (Launch, TempDir) {
    let data = TempDir::new().expect("a temporary folder");
    let launch = Launch::of(env!("CARGO_BIN_EXE_whatscrap"), data.path());
    (launch, data)
}
