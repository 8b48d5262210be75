use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio::sync::{Semaphore, oneshot};
use whatscrap_kernel::BackendError;
use whatscrap_users::{HashError, PictureError};

/// How many may wait for a permit, by permit: about two seconds of work.
const WAITING_BY_PERMIT: usize = 48;

/// Runs heavy work off the async threads: a little at once, and a bounded queue for the rest.
///
/// The threads are few and its own. On tokio's blocking threads each hash would leave its 19 MiB
/// behind in the allocator's arena of another thread: two hundred logins came to 440 MiB.
#[derive(Clone)]
pub(crate) struct Permits {
    admitted: Arc<Semaphore>,
    work: SyncSender<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

/// Why work was not done.
#[derive(Debug)]
pub(crate) enum NotDone {
    /// The queue is full.
    Busy,
    /// It panicked, or there is nobody to do it.
    Broken(BackendError),
}

impl Permits {
    /// Leaves half of the cores, at least, to the chat.
    pub(crate) fn for_this_machine() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let at_once = (cores / 2).max(1);
        Self::new(at_once, at_once * WAITING_BY_PERMIT)
    }

    pub(crate) fn new(at_once: usize, waiting: usize) -> Self {
        let (work, jobs) = sync_channel(at_once + waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..at_once {
            let jobs = jobs.clone();
            thread::spawn(move || do_all(&jobs));
        }
        Self {
            admitted: Arc::new(Semaphore::new(at_once + waiting)),
            work,
        }
    }

    /// Does the work when it is its turn, or says that the queue is full.
    ///
    /// A caller who goes away leaves the queue, but never frees the permit of work that began.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let admitted = self
            .admitted
            .clone()
            .try_acquire_owned()
            .map_err(|_| NotDone::Busy)?;
        let (tell, done) = oneshot::channel();
        let job = move || {
            let _held_to_the_end = admitted;
            if !tell.is_closed() {
                // Who has gone away by now is not told.
                let _ = tell.send(work());
            }
        };
        self.work.try_send(Box::new(job)).map_err(|_| gone())?;
        done.await
            .map_err(|lost| NotDone::Broken(BackendError::new(lost)))
    }
}

macro_rules! from_not_done {
    ($($error:ident),+) => {$(
        impl From<NotDone> for $error {
            fn from(not_done: NotDone) -> Self {
                match not_done {
                    NotDone::Busy => Self::Busy,
                    NotDone::Broken(error) => Self::Backend(error),
                }
            }
        }
    )+};
}

from_not_done!(HashError, PictureError);

fn do_all(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().expect("nothing panics while it waits").recv();
        let Ok(job) = job else { return };
        // The caller learns of a panic by its dropped channel; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

fn gone() -> NotDone {
    NotDone::Broken(BackendError::new("the threads that work are gone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Work that ends when something is received.
    fn until(end: Receiver<()>) -> impl FnOnce() + Send + 'static {
        move || end.recv().expect("the test ends it")
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
            async move { permits.run(|| ()).await }
        });
        while permits.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(permits.run(|| ()).await, Err(NotDone::Busy)));
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
                        work();
                    })
                    .await
            }
        });
        (&mut begun).await.unwrap();
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        assert!(matches!(permits.run(|| ()).await, Err(NotDone::Busy)));
        end.send(()).unwrap();
        while permits.admitted.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
        permits.run(|| ()).await.unwrap();
    }
}
