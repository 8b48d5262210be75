use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use moka::future::Cache;
use uuid::Uuid;

/// What was read a moment ago, and what is being read: whoever asks meanwhile waits for the same
/// reading, so that a thousand who ask at once cost one.
#[derive(Clone)]
pub struct Recent<K, V>(Cache<K, V>);

impl<K, V> Recent<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Keeps values for so long, and no more than `most` of them by `weight`.
    pub fn new(most: u64, believed: Duration, weight: fn(&V) -> u32) -> Self {
        Self(
            Cache::builder()
                .max_capacity(most)
                .time_to_live(believed)
                .weigher(move |_, value| weight(value))
                .build(),
        )
    }

    /// The value of `key`, by `read` if none that is good enough is kept or being read. What was
    /// read for this very call is always good enough. What `read` refuses is not kept.
    pub async fn get<E, F>(
        &self,
        key: &K,
        is_good: impl Fn(&V) -> bool,
        read: impl Fn() -> F,
    ) -> Result<V, Arc<E>>
    where
        E: Send + Sync + 'static,
        F: Future<Output = Result<V, E>>,
    {
        let is_own = AtomicBool::new(false);
        let read = async || {
            is_own.store(true, Ordering::Relaxed);
            read().await
        };
        loop {
            match self.0.get(key).await {
                Some(value) if is_good(&value) => return Ok(value),
                Some(_) => self.0.invalidate(key).await,
                None => {}
            }
            let value = self.0.try_get_with_by_ref(key, read()).await?;
            if is_own.load(Ordering::Relaxed) || is_good(&value) {
                return Ok(value);
            }
        }
    }

    /// Keeps a value in place of what was read.
    pub async fn keep(&self, key: K, value: V) {
        self.0.insert(key, value).await;
    }
}

/// Whose values were forgotten when: what was read before that is not believed after it, however
/// late it arrives.
#[derive(Debug)]
pub struct Forgotten {
    moments: AtomicU64,
    /// By the owner's id, several to a place: a neighbour's value is read once more than needed.
    last: Box<[AtomicU64]>,
}

/// When something was read, as [`Forgotten`] counts time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(u64);

/// So many owners can be told apart.
const PLACES: usize = 1 << 10;

impl Forgotten {
    /// To be asked before the value is read.
    pub fn now(&self) -> Moment {
        Moment(self.moments.load(Ordering::SeqCst))
    }

    /// From here on nothing of this owner that was read before is believed. To be called once the
    /// change is committed.
    pub fn forget(&self, owner: Uuid) {
        let moment = self.moments.fetch_add(1, Ordering::SeqCst) + 1;
        self.last_of(owner).fetch_max(moment, Ordering::SeqCst);
    }

    /// Whether a value of this owner, read then, still stands.
    pub fn believes(&self, owner: Uuid, read: Moment) -> bool {
        self.last_of(owner).load(Ordering::SeqCst) <= read.0
    }

    fn last_of(&self, owner: Uuid) -> &AtomicU64 {
        // The last bits of an id are random.
        let [.., high, low] = owner.into_bytes();
        &self.last[usize::from(u16::from_be_bytes([high, low])) % PLACES]
    }
}

impl Default for Forgotten {
    fn default() -> Self {
        Self {
            moments: AtomicU64::new(0),
            last: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::sync::Barrier;

    use super::*;

    fn recent() -> Recent<u8, u64> {
        Recent::new(10, Duration::from_mins(1), |_| 1)
    }

    #[tokio::test]
    async fn who_asks_while_it_is_read_waits_for_the_same_reading() {
        let (recent, readings, all) = (recent(), AtomicU64::new(0), Barrier::new(3));
        let ask = async || {
            all.wait().await;
            let read = async || {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(readings.fetch_add(1, Ordering::SeqCst))
            };
            recent.get(&1, |_| true, read).await.unwrap()
        };
        assert_eq!(tokio::join!(ask(), ask(), ask()), (0, 0, 0));
    }

    #[tokio::test]
    async fn what_is_not_good_enough_is_read_again() {
        let recent = recent();
        let read = |value| move || async move { Ok::<_, Infallible>(value) };
        assert_eq!(recent.get(&1, |_| true, read(4)).await, Ok(4));
        assert_eq!(recent.get(&1, |_| true, read(5)).await, Ok(4));
        assert_eq!(recent.get(&1, |value| *value >= 5, read(5)).await, Ok(5));
        assert_eq!(recent.get(&1, |_| true, read(6)).await, Ok(5));
    }

    #[tokio::test]
    async fn a_reading_that_began_too_early_is_followed_by_another() {
        let (recent, begun) = (recent(), Barrier::new(2));
        let early = recent.get(
            &1,
            |_| true,
            async || {
                begun.wait().await;
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(1)
            },
        );
        let late = async {
            begun.wait().await;
            let read = async || Ok::<_, Infallible>(2);
            recent.get(&1, |value| *value >= 2, read).await
        };
        assert_eq!(tokio::join!(early, late), (Ok(1), Ok(2)));
    }

    #[tokio::test]
    async fn a_refusal_is_told_and_not_kept() {
        let recent = recent();
        let refused = recent.get(&1, |_| true, async || Err("away")).await;
        assert_eq!(refused, Err(Arc::new("away")));
        let read = recent.get(&1, |_| true, async || Ok::<_, &str>(1)).await;
        assert_eq!(read, Ok(1));
    }

    #[test]
    fn what_was_read_before_its_owner_was_forgotten_is_not_believed_after_it() {
        let (forgotten, ada) = (Forgotten::default(), Uuid::from_u128(1));
        let before = forgotten.now();
        assert!(forgotten.believes(ada, before));
        forgotten.forget(ada);
        assert!(!forgotten.believes(ada, before));
        assert!(forgotten.believes(ada, forgotten.now()));
        assert!(forgotten.believes(Uuid::from_u128(2), before));
    }
}
