//! How the program ends when it cannot do what it was asked.

use std::fmt;
use std::process::ExitCode;

/// One line for a person, and the exit code.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    line: String,
    code: u8,
}

impl Failure {
    /// A setting is wrong (exit code 2): which variable, and what is the matter with it.
    pub fn setting(variable: &str, fault: impl fmt::Display) -> Self {
        Self::of(2, format!("{variable}: {fault}"))
    }

    /// The settings are fine, but it cannot be done (exit code 1).
    pub fn cannot(reason: impl fmt::Display) -> Self {
        Self::of(1, reason)
    }

    fn of(code: u8, line: impl fmt::Display) -> Self {
        let line = line.to_string();
        Self {
            line: line.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            code,
        }
    }

    /// What the process ends with.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl std::error::Error for Failure {}
