use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _};
use tokio::io::AsyncWriteExt as _;
use whatscrap_kernel::{BackendError, BlobKey, Blobs, Incoming};

use crate::blobs::off_the_async_threads;

/// What is larger goes up in parts of this size.
const PART: usize = 8 << 20;
/// How many parts of one blob are on their way, and in memory, at once.
const AT_ONCE: usize = 2;
/// How much of a file is read at a time.
const CHUNK: usize = 256 << 10;

/// Blobs as objects of a bucket, which several nodes share.
#[derive(Debug, Clone)]
pub struct ObjectBlobs {
    store: Arc<dyn ObjectStore>,
    spool: PathBuf,
}

impl ObjectBlobs {
    /// Keeps them in this store, which lists what it has in the order of names. What is coming in
    /// waits in a folder of this machine, in files without a name, until it is whole.
    pub fn new(store: Arc<dyn ObjectStore>, spool: PathBuf) -> Self {
        Self { store, spool }
    }

    /// Whether the blob of this name goes on at `from`: what stores say of a range beyond the end
    /// differs.
    async fn ends_before(&self, key: &BlobKey, from: u64) -> Result<bool, Error> {
        let meta = self.store.head(&path(key)).await?;
        Ok(meta.size <= from)
    }
}

#[async_trait]
impl Blobs for ObjectBlobs {
    async fn put(&self, key: &BlobKey, blob: Vec<u8>) -> Result<(), BackendError> {
        let put = self.store.put(&path(key), blob.into()).await;
        put.map(drop).map_err(BackendError::new)
    }

    async fn begin(&self, key: &BlobKey) -> Result<Box<dyn Incoming>, BackendError> {
        let spool = self.spool.clone();
        let file = off_the_async_threads(move || {
            std::fs::create_dir_all(&spool)?;
            tempfile::tempfile_in(spool)
        });
        Ok(Box::new(Spooled {
            file: file.await?,
            store: self.store.clone(),
            path: path(key),
        }))
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BackendError> {
        let read = async { self.store.get(&path(key)).await?.bytes().await };
        if_there(read.await.map(Vec::from))
    }

    async fn read(
        &self,
        key: &BlobKey,
        from: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, BackendError> {
        let to = from.saturating_add(most as u64);
        let options = GetOptions {
            range: (most > 0).then_some(GetRange::Bounded(from..to)),
            head: most == 0,
            ..GetOptions::default()
        };
        let read = async {
            let found = self.store.get_opts(&path(key), options).await?;
            if most == 0 {
                return Ok(Vec::new());
            }
            found.bytes().await.map(Vec::from)
        };
        match read.await {
            Err(error) if !matches!(error, Error::NotFound { .. }) => {
                match self.ends_before(key, from).await {
                    Ok(true) => Ok(Some(Vec::new())),
                    _ => Err(BackendError::new(error)),
                }
            }
            read => if_there(read),
        }
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BackendError> {
        if_there(self.store.delete(&path(key)).await).map(drop)
    }

    async fn names(
        &self,
        folder: &'static str,
        after: Option<&BlobKey>,
        most: usize,
    ) -> Result<Vec<BlobKey>, BackendError> {
        let prefix = Path::from(folder);
        let listed = match after {
            Some(after) => self.store.list_with_offset(Some(&prefix), &path(after)),
            None => self.store.list(Some(&prefix)),
        };
        let keys = listed.try_filter_map(|meta| async move {
            let name = meta.location.filename().map(str::to_owned);
            Ok(name.and_then(|name| BlobKey::new(folder, name)))
        });
        let mut keys = std::pin::pin!(keys);
        let mut names = Vec::new();
        while names.len() < most
            && let Some(key) = keys.try_next().await.map_err(BackendError::new)?
        {
            names.push(key);
        }
        Ok(names)
    }
}

/// A blob that is on this machine until it is whole.
struct Spooled {
    file: File,
    store: Arc<dyn ObjectStore>,
    path: Path,
}

#[async_trait]
impl Incoming for Spooled {
    async fn write(&mut self, part: Vec<u8>) -> Result<(), BackendError> {
        let mut file = self.file.try_clone().map_err(BackendError::new)?;
        off_the_async_threads(move || file.write_all(&part)).await
    }

    async fn look(&mut self) -> Result<Box<dyn Read + Send>, BackendError> {
        let file = self.file.try_clone().map_err(BackendError::new)?;
        Ok(Box::new(FromStart { file, at: 0 }))
    }

    async fn keep(mut self: Box<Self>) -> Result<(), BackendError> {
        let mut source = self.look().await?;
        let writer = BufWriter::with_capacity(self.store, self.path, PART);
        let mut writer = writer.with_max_concurrency(AT_ONCE);
        let sent = async {
            loop {
                let chunk;
                (source, chunk) = off_the_async_threads(move || {
                    let mut chunk = Vec::with_capacity(CHUNK);
                    let read = source.by_ref().take(CHUNK as u64).read_to_end(&mut chunk);
                    read.map(|_| (source, chunk))
                })
                .await?;
                if chunk.is_empty() {
                    break writer.shutdown().await.map_err(BackendError::new);
                }
                let put = writer.put(chunk.into()).await;
                put.map_err(BackendError::new)?;
            }
        };
        sent.await
    }
}

/// What has been written to a file, whoever is writing on.
struct FromStart {
    file: File,
    at: u64,
}

impl Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

fn path(key: &BlobKey) -> Path {
    Path::from_iter([key.folder(), key.name()])
}

fn if_there<T>(done: Result<T, Error>) -> Result<Option<T>, BackendError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(BackendError::new(error)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use object_store::memory::InMemory;

    use super::*;

    fn in_memory() -> (Arc<dyn Blobs>, tempfile::TempDir) {
        let spool = tempfile::tempdir().unwrap();
        let blobs = ObjectBlobs::new(Arc::new(InMemory::new()), spool.path().to_owned());
        (Arc::new(blobs), spool)
    }

    whatscrap_kernel::blobs_contract!(memory, in_memory());

    pub(crate) async fn keeps_a_large_blob(blobs: &dyn Blobs) {
        let key = BlobKey::new("files", "a".to_owned()).unwrap();
        let whole: Vec<u8> = (0..=255).cycle().take(2 * PART + 1_000).collect();
        let mut incoming = blobs.begin(&key).await.unwrap();
        for part in whole.chunks(1_000_000) {
            incoming.write(part.to_vec()).await.unwrap();
        }
        incoming.keep().await.unwrap();
        let kept = blobs.get(&key).await.unwrap();
        assert!(kept.is_some_and(|kept| kept == whole));
        let end = blobs.read(&key, 2 * PART as u64, 9_999).await.unwrap();
        assert_eq!(end.unwrap().len(), 1_000);
    }

    #[tokio::test]
    async fn a_large_blob_goes_up_in_parts_and_leaves_nothing_here() {
        let (blobs, spool) = in_memory();
        keeps_a_large_blob(&*blobs).await;
        assert_eq!(std::fs::read_dir(spool.path()).unwrap().count(), 0);
    }
}
