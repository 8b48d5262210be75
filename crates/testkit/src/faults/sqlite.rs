//! Another process that has the database open.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::{PATIENCE, needs};

/// A `sqlite3` that waits for statements; it ends with the value.
#[derive(Debug)]
pub(super) struct Shell {
    statements: ChildStdin,
    answers: BufReader<ChildStdout>,
    _process: Child,
}

impl Shell {
    /// Opens a file; `None`, after a loud message, where there is no `sqlite3`.
    pub(super) fn on(database: &Path) -> Option<Self> {
        let started = Command::new("sqlite3")
            .args(["-batch", "-bail", "-cmd", ".timeout 5000"])
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let Ok(mut process) = started else {
            needs::missing("sqlite3", "install it (Debian: apt-get install sqlite3)");
            return None;
        };
        Some(Self {
            statements: process.stdin.take().expect("stdin is piped"),
            answers: BufReader::new(process.stdout.take().expect("stdout is piped")),
            _process: process,
        })
    }

    /// Runs statements that answer with one line, and returns it.
    pub(super) async fn asks(&mut self, statements: &str) -> String {
        let line = format!("{statements}\n");
        let written = self.statements.write_all(line.as_bytes()).await;
        written.expect("sqlite3 takes statements");
        let mut answer = String::new();
        let answering = timeout(PATIENCE, self.answers.read_line(&mut answer)).await;
        let read = answering.expect("sqlite3 answers in time");
        read.expect("sqlite3's output is readable");
        answer.trim_end().to_owned()
    }
}
