use std::sync::Arc;

use tokio::sync::Semaphore;
use whatscrap_kernel::BackendError;
use whatscrap_users::HashError;

/// How many may wait for a permit, by permit: about two seconds of work.
const WAITING_BY_PERMIT: usize = 48;

/// Runs heavy work off the async threads: a little at once, and a bounded queue for the rest.
#[derive(Clone)]
pub(crate) struct Permits {
    at_once: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Permits {
    /// Leaves half of the cores, at least, to the chat.
    pub(crate) fn for_this_machine() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = (cores / 2).max(1);
        Self::new(at_once, at_once * WAITING_BY_PERMIT)
    }

    pub(crate) fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            at_once: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + waiting)),
        }
    }

    /// Does the work when it is its turn, or says that the queue is full.
    ///
    /// A caller who goes away leaves the queue, but never frees the permit of work that began.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, BackendError> + Send + 'static,
    ) -> Result<T, HashError> {
        let admitted = self
            .admitted
            .clone()
            .try_acquire_owned()
            .map_err(|_| HashError::Busy)?;
        let permit = self
            .at_once
            .clone()
            .acquire_owned()
            .await
            .map_err(BackendError::new)?;
        let done = tokio::task::spawn_blocking(move || {
            let _held_to_the_end = (admitted, permit);
            work()
        });
        Ok(done.await.map_err(BackendError::new)??)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;

    /// Work that ends when something is received.
    fn until(end: Receiver<()>) -> impl FnOnce() -> Result<(), BackendError> + Send + 'static {
        move || end.recv().map_err(BackendError::new)
    }

    #[tokio::test]
    async fn who_finds_the_queue_full_is_sent_away_at_once() {
        let permits = Permits::new(1, 1);
        let (end, ended) = sync_channel(2);
        let first = tokio::spawn({
            let permits = permits.clone();
            async move { permits.run(until(ended)).await }
        });
        let second = tokio::spawn({
            let permits = permits.clone();
            async move { permits.run(|| Ok(())).await }
        });
        while permits.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(permits.run(|| Ok(())).await, Err(HashError::Busy)));
        end.send(()).unwrap();
        first.await.unwrap().unwrap();
        second.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn who_goes_away_does_not_free_the_permit_of_work_that_began() {
        let permits = Permits::new(1, 0);
        let (end, ended) = sync_channel(1);
        let (tell, mut begun) = tokio::sync::oneshot::channel();
        let work = until(ended);
        let gone = tokio::spawn({
            let permits = permits.clone();
            async move {
                permits
                    .run(move || {
                        tell.send(()).expect("the test waits");
                        work()
                    })
                    .await
            }
        });
        (&mut begun).await.unwrap();
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        assert!(matches!(permits.run(|| Ok(())).await, Err(HashError::Busy)));
        end.send(()).unwrap();
        while permits.admitted.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
        permits.run(|| Ok(())).await.unwrap();
    }
}
