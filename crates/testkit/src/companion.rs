//! Programs that tests need beside them.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// Starts a program whose script ends with its standard input, and so with this
/// process, however that ends.
pub(crate) fn start(command: &mut Command) -> Child {
    command
        // Ctrl-C is for the tests; the program ends after them.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell starts")
}
