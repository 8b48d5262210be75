//! Posts and changes that wait together are committed together. Each lane takes whatever came while
//! its last group was being saved; what comes alone is saved alone, at once.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::{Mutex, Notify, oneshot};
use tokio::task::JoinHandle;
use whatscrap_kernel::BackendError;
use whatscrap_messages::{Attention, Bus, ChangeError, Posted};

use crate::database::Database;

mod group;
mod lane;
mod ledger;
mod sql;
mod task;
mod told;

pub(crate) use task::Task;

/// PostgreSQL saves rooms of different lanes side by side; SQLite has one writer.
const POSTGRES_LANES: usize = 4;

/// Where tasks stand in line. All tasks of a room stand in the same one.
pub(crate) struct Writer {
    /// Empty once the writer is closed.
    lanes: RwLock<Vec<mpsc::Sender<Job>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

/// A task and where its caller, who may have gone away, waits.
struct Job {
    task: Task,
    answer: oneshot::Sender<Result<Posted, ChangeError>>,
}

/// What a lane works with.
#[derive(Clone)]
struct Saver {
    database: Arc<Database>,
    bus: Arc<dyn Bus>,
    attention: Arc<dyn Attention>,
    committed: Arc<Notify>,
}

impl Writer {
    /// Opens the lanes; `queue` tasks may wait in each. `committed` is told of each group.
    pub(crate) fn open(
        database: &Arc<Database>,
        bus: &Arc<dyn Bus>,
        attention: &Arc<dyn Attention>,
        committed: &Arc<Notify>,
        queue: usize,
    ) -> Self {
        let lanes = if database.is_postgres() {
            POSTGRES_LANES
        } else {
            1
        };
        let (lanes, tasks) = (0..lanes)
            .map(|_| {
                let (sender, jobs) = mpsc::channel(queue);
                let saver = Saver {
                    database: Arc::clone(database),
                    bus: Arc::clone(bus),
                    attention: Arc::clone(attention),
                    committed: Arc::clone(committed),
                };
                (sender, tokio::spawn(lane::run(saver, jobs)))
            })
            .unzip();
        Self {
            lanes: RwLock::new(lanes),
            tasks: Mutex::new(tasks),
        }
    }

    /// Puts a task in line, at once, and returns what waits for its answer.
    pub(crate) fn enqueue(
        &self,
        task: Task,
    ) -> Result<impl Future<Output = Result<Posted, ChangeError>> + use<>, ChangeError> {
        let (answer, answered) = oneshot::channel();
        self.send(Job { task, answer })?;
        Ok(async move {
            let lost = || BackendError::new("the group that held this was lost");
            answered.await.unwrap_or_else(|_| Err(lost().into()))
        })
    }

    fn send(&self, job: Job) -> Result<(), ChangeError> {
        let lanes = self.lanes.read().unwrap_or_else(PoisonError::into_inner);
        let lane = job.task.room().0.as_u128() % lanes.len().max(1) as u128;
        let lane = usize::try_from(lane).ok().and_then(|lane| lanes.get(lane));
        let closed = || BackendError::new("the store is closed").into();
        match lane.ok_or_else(closed)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(ChangeError::Busy),
            Err(TrySendError::Closed(_)) => Err(closed()),
        }
    }

    /// Takes no more and waits until those in line are answered.
    pub(crate) async fn close(&self) {
        let lanes =
            std::mem::take(&mut *self.lanes.write().unwrap_or_else(PoisonError::into_inner));
        drop(lanes);
        for task in self.tasks.lock().await.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a lane of posts ended early");
            }
        }
    }
}
