//! Programs that tests need beside them.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A script that obeys orders, one a line, and answers each with a line. It ends with its standard
/// input, and so with this process, however that ends.
#[derive(Debug)]
pub(crate) struct Companion {
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _child: Child,
}

impl Companion {
    /// Starts the script; also returns what it says when it is ready.
    ///
    /// # Panics
    /// If it ends before that.
    pub(crate) fn start(command: &mut Command) -> (Self, String) {
        let mut child = start(command);
        let mut companion = Self {
            orders: child.stdin.take().expect("stdin is piped"),
            answers: BufReader::new(child.stdout.take().expect("stdout is piped")),
            _child: child,
        };
        let ready = companion.answer();
        (companion, ready)
    }

    /// Gives an order, and returns the answer once it is carried out.
    ///
    /// # Panics
    /// If the script ends instead.
    pub(crate) fn obeys(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").expect("the script reads its orders");
        self.answer()
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        read.expect("the script's output is readable");
        assert!(!line.is_empty(), "the script ended");
        line.trim_end().to_owned()
    }
}

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
