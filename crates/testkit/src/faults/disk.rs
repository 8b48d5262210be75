//! File systems of a scenario's own, for what a disk can do to a database.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::needs;

/// A mounted file system; unmounted with the value.
#[derive(Debug)]
pub struct Disk {
    /// Where it is mounted.
    pub path: PathBuf,
    /// The file behind it, in memory, if it has one.
    image: Option<PathBuf>,
    folder: TempDir,
}

impl Disk {
    /// A small one that lives in memory alone. `None`, after a loud message, where nothing may be
    /// mounted.
    pub fn small(mebibytes: u32) -> Option<Self> {
        let disk = Self::unmounted();
        let size = format!("size={mebibytes}m");
        disk.mounts(&["-t", "tmpfs", "-o", &size, "tmpfs"])
    }

    /// An ext4 whose file is kept in memory, so that a copy of the file is what a power cut would
    /// leave on the plates. `None`, after a loud message, where nothing may be mounted.
    pub fn ext4() -> Option<Self> {
        const BYTES: u64 = 128 << 20;
        let mut disk = Self::unmounted();
        let image = disk.folder.path().join("image");
        let file = File::create(&image).expect("shared memory has room");
        file.set_len(BYTES).expect("shared memory has room");
        if !succeeds(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image)) {
            return missing();
        }
        disk.image = Some(image.clone());
        disk.mounts(&["-o", "loop", &image.to_string_lossy()])
    }

    fn unmounted() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("whatscrap-disk-")
            .tempdir_in("/dev/shm");
        let folder = folder.expect("there is shared memory");
        let path = folder.path().join("mounted");
        fs::create_dir(&path).expect("shared memory has room");
        let image = None;
        Self {
            path,
            image,
            folder,
        }
    }

    fn mounts(self, arguments: &[&str]) -> Option<Self> {
        if !succeeds(Command::new("mount").args(arguments).arg(&self.path)) {
            return missing();
        }
        Some(self)
    }

    /// The power is cut: what was not synced is gone. Nobody may use the disk any more. It comes
    /// back at the same place.
    ///
    /// # Panics
    /// Without a file behind it.
    pub fn power_cut(&mut self) {
        let image = self.image.as_deref().expect("a disk with a file behind it");
        let left = self.folder.path().join("left");
        // At once: the kernel writes out what waits within seconds.
        let copied = succeeds(
            Command::new("cp")
                .arg("--sparse=always")
                .args([image, &left]),
        );
        assert!(copied, "the image can be copied");
        unmount(&self.path);
        fs::rename(&left, image).expect("the copy takes the image's place");
        let mounted = Command::new("mount")
            .args(["-o", "loop"])
            .args([image, &self.path])
            .status();
        assert!(
            mounted.is_ok_and(|status| status.success()),
            "what is left can be mounted"
        );
    }

    /// Writes out everything that waits.
    pub fn sync(&self) {
        assert!(
            succeeds(Command::new("sync").arg("-f").arg(&self.path)),
            "it can be synced"
        );
    }

    /// Fills it to the last byte; the file that does it is what has to be removed.
    pub fn fill(&self) -> PathBuf {
        let path = self.path.join("fill");
        let mut file = File::create(&path).expect("a file more");
        let full = std::io::copy(&mut std::io::repeat(0), &mut file);
        assert!(full.is_err(), "every disk is full some time");
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.path.exists() {
            unmount(&self.path);
        }
    }
}

fn unmount(path: &Path) {
    let mut lazily = Command::new("umount");
    succeeds(lazily.arg("--lazy").arg(path));
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn missing() -> Option<Disk> {
    needs::missing(
        "the right to mount",
        "run as root with loop devices (Debian: e2fsprogs)",
    );
    None
}
