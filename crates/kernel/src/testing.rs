//! Blobs in memory, and what every store of blobs promises.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{BackendError, BlobKey, Blobs, Incoming};

/// Blobs that last as long as the process. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryBlobs(Arc<Mutex<BTreeMap<BlobKey, Vec<u8>>>>);

impl MemoryBlobs {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.blobs().len()
    }

    fn blobs(&self) -> std::sync::MutexGuard<'_, BTreeMap<BlobKey, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, key: &BlobKey, blob: Vec<u8>) -> Result<(), BackendError> {
        self.blobs().insert(key.clone(), blob);
        Ok(())
    }

    async fn begin(&self, key: &BlobKey) -> Result<Box<dyn Incoming>, BackendError> {
        Ok(Box::new(InMemory {
            blobs: self.clone(),
            key: key.clone(),
            parts: Vec::new(),
        }))
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BackendError> {
        Ok(self.blobs().get(key).cloned())
    }

    async fn read(
        &self,
        key: &BlobKey,
        from: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, BackendError> {
        let part = |blob: &Vec<u8>| {
            let from = usize::try_from(from).map_or(blob.len(), |from| from.min(blob.len()));
            blob[from..blob.len().min(from.saturating_add(most))].to_vec()
        };
        Ok(self.blobs().get(key).map(part))
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BackendError> {
        self.blobs().remove(key);
        Ok(())
    }

    async fn names(
        &self,
        folder: &'static str,
        after: Option<&BlobKey>,
        most: usize,
    ) -> Result<Vec<BlobKey>, BackendError> {
        let blobs = self.blobs();
        let here = blobs.keys().filter(|key| key.folder() == folder);
        let here = here.filter(|key| after.is_none_or(|after| *key > after));
        Ok(here.take(most).cloned().collect())
    }
}

struct InMemory {
    blobs: MemoryBlobs,
    key: BlobKey,
    parts: Vec<u8>,
}

#[async_trait]
impl Incoming for InMemory {
    async fn write(&mut self, part: Vec<u8>) -> Result<(), BackendError> {
        self.parts.extend(part);
        Ok(())
    }

    async fn look(&mut self) -> Result<Box<dyn Read + Send>, BackendError> {
        Ok(Box::new(Cursor::new(self.parts.clone())))
    }

    async fn keep(self: Box<Self>) -> Result<(), BackendError> {
        self.blobs.put(&self.key, self.parts).await
    }
}

/// Each fact takes an empty store.
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
pub mod facts {
    use std::sync::Arc;

    use tokio::task::JoinSet;

    use super::{BlobKey, Blobs};

    fn key(folder: &'static str, name: &str) -> BlobKey {
        BlobKey::new(folder, name.to_owned()).unwrap()
    }

    pub async fn a_blob_is_read_back_as_it_was_put(blobs: Arc<dyn Blobs>) {
        let every_byte: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        for blob in [Vec::new(), b"hello".to_vec(), every_byte] {
            let key = key("letters", "a.1");
            blobs.put(&key, blob.clone()).await.unwrap();
            assert_eq!(blobs.get(&key).await.unwrap(), Some(blob));
        }
    }

    pub async fn names_and_folders_are_kept_apart(blobs: Arc<dyn Blobs>) {
        blobs.put(&key("letters", "a"), vec![1]).await.unwrap();
        blobs.put(&key("letters", "b"), vec![2]).await.unwrap();
        blobs.put(&key("numbers", "a"), vec![3]).await.unwrap();
        blobs.delete(&key("letters", "a")).await.unwrap();
        assert_eq!(blobs.get(&key("letters", "a")).await.unwrap(), None);
        let kept = blobs.get(&key("letters", "b")).await.unwrap();
        assert_eq!(kept, Some(vec![2]));
        let kept = blobs.get(&key("numbers", "a")).await.unwrap();
        assert_eq!(kept, Some(vec![3]));
    }

    pub async fn what_was_never_there_is_neither_found_nor_missed(blobs: Arc<dyn Blobs>) {
        assert_eq!(blobs.get(&key("letters", "a")).await.unwrap(), None);
        blobs.delete(&key("letters", "a")).await.unwrap();
    }

    pub async fn a_blob_that_comes_in_parts_is_there_once_it_is_kept(blobs: Arc<dyn Blobs>) {
        let key = key("letters", "a");
        let mut incoming = blobs.begin(&key).await.unwrap();
        let mut seen = Vec::new();
        for part in [b"he".to_vec(), Vec::new(), b"llo".to_vec()] {
            incoming.write(part).await.unwrap();
        }
        let mut look = incoming.look().await.unwrap();
        look.read_to_end(&mut seen).unwrap();
        assert_eq!(seen, b"hello");
        incoming.write(b", you".to_vec()).await.unwrap();
        assert_eq!(blobs.get(&key).await.unwrap(), None);
        assert_eq!(blobs.names("letters", None, 9).await.unwrap(), []);
        incoming.keep().await.unwrap();
        let kept = blobs.get(&key).await.unwrap();
        assert_eq!(kept, Some(b"hello, you".to_vec()));
    }

    pub async fn a_blob_that_is_not_kept_is_gone(blobs: Arc<dyn Blobs>) {
        let key = key("letters", "a");
        blobs.put(&key, vec![1]).await.unwrap();
        let mut incoming = blobs.begin(&key).await.unwrap();
        incoming.write(vec![2]).await.unwrap();
        drop(incoming);
        assert_eq!(blobs.get(&key).await.unwrap(), Some(vec![1]));
    }

    pub async fn any_part_of_a_blob_is_read(blobs: Arc<dyn Blobs>) {
        let key = key("letters", "a");
        assert_eq!(blobs.read(&key, 0, 9).await.unwrap(), None);
        blobs.put(&key, b"0123456789".to_vec()).await.unwrap();
        for (from, most, part) in [
            (0, 4, "0123"),
            (3, 4, "3456"),
            (8, 4, "89"),
            (10, 4, ""),
            (u64::MAX, 4, ""),
            (0, 99, "0123456789"),
        ] {
            let read = blobs.read(&key, from, most).await.unwrap();
            assert_eq!(read, Some(part.into()), "{most} from {from}");
        }
    }

    pub async fn names_are_listed_in_turns(blobs: Arc<dyn Blobs>) {
        for name in ["c", "a", "e", "b", "d"] {
            blobs.put(&key("letters", name), vec![1]).await.unwrap();
        }
        blobs.put(&key("numbers", "b1"), vec![1]).await.unwrap();
        let mut listed = Vec::new();
        while let page = blobs.names("letters", listed.last(), 2).await.unwrap()
            && !page.is_empty()
        {
            assert!(page.len() <= 2);
            listed.extend(page);
        }
        assert_eq!(listed, ["a", "b", "c", "d", "e"].map(|a| key("letters", a)));
        assert_eq!(blobs.names("none", None, 9).await.unwrap(), []);
    }

    pub async fn of_many_puts_of_one_name_one_is_read_wholly(blobs: Arc<dyn Blobs>) {
        let mut tasks = JoinSet::new();
        for writer in 0..50_u8 {
            let blobs = blobs.clone();
            tasks.spawn(async move {
                let key = key("letters", "a");
                blobs.put(&key, vec![writer; 50_000]).await.unwrap();
                blobs.get(&key).await.unwrap().unwrap()
            });
        }
        for blob in tasks.join_all().await {
            assert_eq!(blob, vec![blob[0]; 50_000]);
        }
    }
}

/// Tries an adapter against every fact. The expression gives
/// `(Arc<dyn Blobs>, guard)`: an empty store and whatever must live as long as it.
#[macro_export]
macro_rules! blobs_contract {
    ($name:ident, $blobs:expr) => {
        mod $name {
            use super::*;

            $crate::blobs_contract! { @each $blobs =>
                a_blob_is_read_back_as_it_was_put
                names_and_folders_are_kept_apart
                what_was_never_there_is_neither_found_nor_missed
                a_blob_that_comes_in_parts_is_there_once_it_is_kept
                a_blob_that_is_not_kept_is_gone
                any_part_of_a_blob_is_read
                names_are_listed_in_turns
                of_many_puts_of_one_name_one_is_read_wholly
            }
        }
    };
    (@each $blobs:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let (blobs, _guard) = $blobs;
            $crate::testing::facts::$fact(blobs).await;
        }
    )+};
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::MemoryBlobs;
    use crate::Blobs;

    fn in_memory() -> (Arc<dyn Blobs>, ()) {
        (Arc::new(MemoryBlobs::default()), ())
    }

    crate::blobs_contract!(memory, in_memory());
}
