//! Blobs in memory, and what every store of blobs promises.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::{BackendError, BlobKey, Blobs};

/// Blobs that last as long as the process.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Mutex<HashMap<BlobKey, Vec<u8>>>);

impl MemoryBlobs {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.blobs().len()
    }

    fn blobs(&self) -> std::sync::MutexGuard<'_, HashMap<BlobKey, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, key: &BlobKey, blob: Vec<u8>) -> Result<(), BackendError> {
        self.blobs().insert(key.clone(), blob);
        Ok(())
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<Vec<u8>>, BackendError> {
        Ok(self.blobs().get(key).cloned())
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), BackendError> {
        self.blobs().remove(key);
        Ok(())
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
