//! Copies of a database, made and checked by SQLite's own shell.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::needs;

/// Whether there is a shell; a loud message if not.
pub(super) fn can_be_made() -> bool {
    let found = Command::new("sqlite3").arg("-version").output().is_ok();
    if !found {
        needs::missing("sqlite3", "Debian: apt-get install sqlite3");
    }
    found
}

/// Makes a backup as `docs/operating.md` says, while the server runs.
pub(super) fn back_up(database: &Path, backup: &Path) {
    let into = format!("VACUUM INTO '{}'", backup.display());
    assert_eq!(ask(database, &into), "");
}

/// Whether what a power cut left in `data` is a whole database. Looks at a copy, since the server
/// is to find what the cut left.
pub(super) fn is_whole(data: &Path) -> bool {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for name in ["whatscrap.db", "whatscrap.db-wal"] {
        fs::copy(data.join(name), copy.path().join(name)).expect("the cut left a file and its log");
    }
    ask(&copy.path().join("whatscrap.db"), "PRAGMA integrity_check") == "ok"
}

fn ask(database: &Path, statement: &str) -> String {
    let answer = Command::new("sqlite3")
        .arg(database)
        .arg(statement)
        .output();
    let answer = answer.expect("sqlite3 runs");
    assert!(answer.status.success(), "{answer:?}");
    String::from_utf8_lossy(&answer.stdout)
        .trim_end()
        .to_owned()
}
