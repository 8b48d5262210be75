//! What to do when the machine lacks something a test needs.

use std::io::Write;

/// Says that tests are skipped for want of `what`; under `CI=true` this fails them.
///
/// The message goes past the test runner's capture: a skipped test passes, and
/// the output of a passing test is never shown.
pub(crate) fn missing(what: &str, remedy: &str) {
    let message = format!("{what} is missing: {remedy}");
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{message} (CI=true: nothing may be skipped)"
    );
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Nothing is left to tell if even standard error is gone.
    let _ = writeln!(std::io::stderr(), "\n!!! SKIPPED {test}: {message}\n");
}
