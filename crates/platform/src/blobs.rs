use std::collections::BinaryHeap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use tempfile::NamedTempFile;
use whatscrap_kernel::{BackendError, BlobKey, Blobs, Incoming};

/// How the names of files begin that are still being written.
const UNFINISHED: &str = ".tmp";
/// Nothing that is still being written waits for so long.
const GIVEN_UP: Duration = Duration::from_hours(1);

/// Blobs as files of a folder that nobody else may read.
#[derive(Debug, Clone)]
pub struct DiskBlobs {
    root: PathBuf,
}

impl DiskBlobs {
    /// Keeps them in this folder, which is made when the first comes.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Removes what was being written when a process was killed: nobody has written to it for an
    /// hour. Other nodes may be writing to the folder.
    pub async fn clear_unfinished(&self) -> Result<(), BackendError> {
        let root = self.root.clone();
        off_the_async_threads(move || {
            for folder in entries(&root)? {
                for file in entries(&folder?.path())? {
                    let file = file?;
                    let name = file.file_name();
                    if name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
                        if_there(remove_if_given_up(&file))?;
                    }
                }
            }
            Ok(())
        })
        .await
    }

    fn folder(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.folder())
    }

    fn path(&self, key: &BlobKey) -> PathBuf {
        self.folder(key).join(key.name())
    }
}

#[async_trait]
impl Blobs for DiskBlobs {
    async fn put(&self, key: &BlobKey, blob: Vec<u8>) -> Result<(), BackendError> {
        let mut incoming = self.begin(key).await?;
        incoming.write(blob).await?;
        incoming.keep().await
    }

    async fn begin(&self, key: &BlobKey) -> Result<Box<dyn Incoming>, BackendError> {
        let (folder, path) = (self.folder(key), self.path(key));
        off_the_async_threads(move || {
            let file = begin(&folder)?;
            Ok(Box::new(Beside { file, folder, path }) as _)
        })
        .await
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BackendError> {
        let path = self.path(key);
        off_the_async_threads(move || if_there(fs::read(path))).await
    }

    async fn read(
        &self,
        key: &BlobKey,
        from: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, BackendError> {
        let path = self.path(key);
        off_the_async_threads(move || match if_there(File::open(path))? {
            Some(file) => part(&file, from, most).map(Some),
            None => Ok(None),
        })
        .await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BackendError> {
        let path = self.path(key);
        off_the_async_threads(move || if_there(fs::remove_file(path)).map(drop)).await
    }

    async fn names(
        &self,
        folder: &'static str,
        after: Option<&BlobKey>,
        most: usize,
    ) -> Result<Vec<BlobKey>, BackendError> {
        let (path, after) = (self.root.join(folder), after.cloned());
        off_the_async_threads(move || names(&path, folder, after.as_ref(), most)).await
    }
}

/// A file that is written beside its place and moved there: whoever reads finds all of it or
/// nothing.
struct Beside {
    file: NamedTempFile,
    folder: PathBuf,
    path: PathBuf,
}

#[async_trait]
impl Incoming for Beside {
    async fn write(&mut self, part: Vec<u8>) -> Result<(), BackendError> {
        let mut file = self.file.as_file().try_clone().map_err(BackendError::new)?;
        off_the_async_threads(move || file.write_all(&part)).await
    }

    async fn look(&mut self) -> Result<Box<dyn Read + Send>, BackendError> {
        let file = self.file.reopen().map_err(BackendError::new)?;
        Ok(Box::new(file))
    }

    async fn keep(self: Box<Self>) -> Result<(), BackendError> {
        off_the_async_threads(move || {
            self.file.as_file().sync_all()?;
            self.file.persist(&self.path)?;
            // Else a loss of power could take the name away again.
            File::open(&self.folder)?.sync_all()
        })
        .await
    }
}

fn begin(folder: &Path) -> io::Result<NamedTempFile> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempfile_in(folder)
}

fn remove_if_given_up(file: &fs::DirEntry) -> io::Result<()> {
    let written = file.metadata()?.modified()?;
    let is_given_up = written.elapsed().is_ok_and(|age| age > GIVEN_UP);
    if is_given_up {
        fs::remove_file(file.path())?;
    }
    Ok(())
}

fn part(file: &File, from: u64, most: usize) -> io::Result<Vec<u8>> {
    let rest = file.metadata()?.len().saturating_sub(from);
    let most = usize::try_from(rest).map_or(most, |rest| rest.min(most));
    let mut part = vec![0; most];
    if most > 0 {
        file.read_exact_at(&mut part, from)?;
    }
    Ok(part)
}

/// The least names after this one: of all that are read, no more than these are held.
fn names(
    path: &Path,
    folder: &'static str,
    after: Option<&BlobKey>,
    most: usize,
) -> io::Result<Vec<BlobKey>> {
    let mut least = BinaryHeap::new();
    for entry in entries(path)? {
        let name = entry?.file_name().into_string();
        let key = name.ok().and_then(|name| BlobKey::new(folder, name));
        let Some(key) = key.filter(|key| after.is_none_or(|after| key > after)) else {
            continue;
        };
        least.push(key);
        if least.len() > most {
            least.pop();
        }
    }
    Ok(least.into_sorted_vec())
}

/// What is in a folder; nothing if there is none.
fn entries(folder: &Path) -> io::Result<impl Iterator<Item = io::Result<fs::DirEntry>>> {
    Ok(if_there(fs::read_dir(folder))?.into_iter().flatten())
}

fn if_there<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BackendError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(BackendError::new)?.map_err(BackendError::new)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;

    use super::*;

    fn on_disk() -> (Arc<dyn Blobs>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::new(folder.path().join("blobs"));
        (Arc::new(blobs), folder)
    }

    whatscrap_kernel::blobs_contract!(disk, on_disk());

    #[tokio::test]
    async fn nobody_else_may_read_them_and_nothing_is_left_beside() {
        let (blobs, folder) = on_disk();
        let key = BlobKey::new("avatars", "a-128".to_owned()).unwrap();
        blobs.put(&key, vec![1]).await.unwrap();
        let inside = folder.path().join("blobs/avatars");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&inside), 0o700);
        assert_eq!(mode(&inside.join("a-128")), 0o600);
        assert_eq!(fs::read_dir(&inside).unwrap().count(), 1);
        blobs.delete(&key).await.unwrap();
        let mut incoming = blobs.begin(&key).await.unwrap();
        incoming.write(vec![1]).await.unwrap();
        assert_eq!(fs::read_dir(&inside).unwrap().count(), 1);
        drop(incoming);
        assert_eq!(fs::read_dir(&inside).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn what_was_being_written_in_a_crash_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = DiskBlobs::new(folder.path().to_owned());
        blobs.clear_unfinished().await.unwrap();
        let key = BlobKey::new("letters", "a".to_owned()).unwrap();
        blobs.put(&key, vec![1]).await.unwrap();
        let left = folder.path().join("letters/.tmpAbCdEf");
        fs::write(&left, "half").unwrap();
        blobs.clear_unfinished().await.unwrap();
        assert!(left.exists(), "another node may be writing it");
        let file = File::options().write(true).open(&left).unwrap();
        let written = file.metadata().unwrap().modified().unwrap();
        file.set_modified(written - 2 * GIVEN_UP).unwrap();
        blobs.clear_unfinished().await.unwrap();
        assert!(!left.exists());
        assert_eq!(blobs.get(&key).await.unwrap(), Some(vec![1]));
    }
}
