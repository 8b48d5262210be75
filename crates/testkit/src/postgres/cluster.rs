//! A PostgreSQL cluster of our own.

use std::env;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::companion::Companion;

/// A running cluster. It lives until this process ends, however it ends.
#[derive(Debug)]
pub(super) struct Cluster {
    folder: String,
    shell: Companion,
}

impl Cluster {
    /// Starts a cluster with these settings and returns once it accepts
    /// connections.
    pub(super) fn start(binaries: &Path, settings: &[&str]) -> Self {
        const SCRIPT: &str = include_str!("cluster.sh");
        // PostgreSQL refuses to run as root.
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        command
            .args(["-c", SCRIPT, "cluster.sh"])
            .arg(binaries)
            .args(settings)
            .current_dir("/");
        let (shell, folder) = Companion::start(&mut command);
        Self { folder, shell }
    }

    /// The address of one of its databases.
    pub(super) fn url(&self, database: &str) -> String {
        let folder = &self.folder;
        format!("postgres://postgres@localhost/{database}?host={folder}")
    }

    /// Gives an order and returns once it is carried out.
    pub(super) fn obey(&mut self, order: &str) {
        self.shell.obeys(order);
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0)
}

/// Where PostgreSQL's server binaries are; Debian keeps them off `PATH`.
pub(super) fn binaries() -> Option<PathBuf> {
    let configured = Command::new("pg_config")
        .arg("--bindir")
        .output()
        .ok()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim_end().into());
    let path = env::var_os("PATH").unwrap_or_default();
    let mut by_version: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    by_version.sort();
    configured
        .into_iter()
        .chain(env::split_paths(&path))
        .chain(by_version.into_iter().rev())
        .find(|folder| folder.join("initdb").exists())
}
