use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, BlobKey, Blobs};

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
        let (folder, path) = (self.folder(key), self.path(key));
        off_the_async_threads(move || write(&folder, &path, &blob)).await
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BackendError> {
        let path = self.path(key);
        off_the_async_threads(move || if_there(fs::read(path))).await
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BackendError> {
        let path = self.path(key);
        off_the_async_threads(move || if_there(fs::remove_file(path)).map(drop)).await
    }
}

/// Writes a file beside its place and moves it there: whoever reads finds all of it or nothing.
fn write(folder: &Path, path: &Path, blob: &[u8]) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(blob)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // Else a loss of power could take the name away again.
    File::open(folder)?.sync_all()
}

fn if_there<T>(done: io::Result<T>) -> io::Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn off_the_async_threads<T: Send + 'static>(
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
        assert_eq!(fs::read_dir(&inside).unwrap().count(), 0);
    }
}
