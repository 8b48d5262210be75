//! Libraries that stand between the server and the system, and lie.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs;
use crate::server::Launch;

/// libfiu: file operations of a running process that fail on command.
#[derive(Debug)]
pub struct FailingFiles {
    pipe: PathBuf,
}

impl FailingFiles {
    /// What the launch needs; its pipes are made in `folder`. `None`, after a loud message,
    /// without libfiu.
    pub fn before(launch: Launch, folder: &Path) -> Option<(Launch, Self)> {
        let libraries = ["fiu_run_preload.so", "fiu_posix_preload.so"];
        let found: Option<Vec<_>> = libraries.iter().map(|name| find(&["fiu"], name)).collect();
        let (Some(found), true) = (found, exists("fiu-ctrl")) else {
            needs::missing("libfiu", "Debian: apt-get install fiu-utils");
            return None;
        };
        let pipe = folder.join("fiu");
        let launch = launch
            .set("LD_PRELOAD", &found.join(" "))
            .set("FIU_CTRL_FIFO", &pipe.to_string_lossy());
        Some((launch, Self { pipe }))
    }

    /// Lets writing and syncing in the process fail with EIO, so many times in a hundred; 0 ends
    /// it.
    pub fn fail(&self, process: u32, percent: u32) {
        for call in ["sync/fsync", "sync/fdatasync", "rw/pwrite"] {
            let name = format!("name=posix/io/{call}");
            let order = match percent {
                0 => format!("disable {name}"),
                _ => format!(
                    "enable_random {name},probability={},failinfo=5",
                    f64::from(percent) / 100.0
                ),
            };
            let told = Command::new("fiu-ctrl")
                .arg("-f")
                .arg(&self.pipe)
                .args(["-c", &order, &process.to_string()])
                .output()
                .expect("fiu-ctrl runs");
            assert!(told.status.success(), "{order}: {told:?}");
        }
    }
}

/// libfaketime: a wall clock that jumps, beside a monotonic clock that does not.
#[derive(Debug)]
pub struct WallClock {
    file: PathBuf,
}

impl WallClock {
    /// What the launch needs; `folder` holds the file that says the time. `None`, after a loud
    /// message, without libfaketime.
    pub fn before(launch: Launch, folder: &Path) -> Option<(Launch, Self)> {
        let Some(library) = find(&["faketime"], "libfaketimeMT.so.1") else {
            needs::missing("libfaketime", "Debian: apt-get install faketime");
            return None;
        };
        let clock = Self {
            file: folder.join("time"),
        };
        clock.jump("+0");
        let launch = launch
            .set("LD_PRELOAD", &library)
            .set("FAKETIME_TIMESTAMP_FILE", &clock.file.to_string_lossy())
            .set("FAKETIME_NO_CACHE", "1")
            .set("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .set("DONT_FAKE_MONOTONIC", "1")
            .set("NO_FAKE_STAT", "1");
        Some((launch, clock))
    }

    /// Sets the clock this far from the right time, as `-1h` or `+10d`.
    pub fn jump(&self, offset: &str) {
        // In one step: a file that is half written is no time.
        let next = self.file.with_extension("next");
        std::fs::write(&next, offset).expect("the clock's file can be written");
        std::fs::rename(&next, &self.file).expect("the clock's file can be replaced");
    }
}

/// A library in one of these folders of the system's, wherever its libraries are.
fn find(folders: &[&str], name: &str) -> Option<String> {
    let roots = [
        "/usr/lib",
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
    ];
    let mut paths = roots.iter().flat_map(|root| {
        folders
            .iter()
            .map(move |folder| Path::new(root).join(folder).join(name))
    });
    let path = paths.find(|path| path.exists())?;
    Some(path.to_string_lossy().into_owned())
}

fn exists(program: &str) -> bool {
    Command::new(program).arg("-h").output().is_ok()
}
