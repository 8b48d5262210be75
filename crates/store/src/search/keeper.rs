use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::index;
use crate::database::Database;

/// How long what follows a commit may join it.
const TOGETHER: Duration = Duration::from_secs(1);
/// For how many times as long as it worked it rests: posts come first.
const REST: u32 = 19;

/// Brings the index up to date after commits, beside the posts.
#[derive(Debug)]
pub(crate) struct Keeper(AbortHandle);

impl Keeper {
    /// Works whenever it is told that something was committed.
    #[expect(
        clippy::disallowed_methods,
        reason = "its pauses leave the machine to posts"
    )]
    pub(crate) fn start(database: Arc<Database>, committed: Arc<Notify>) -> Self {
        let task = tokio::spawn(async move {
            loop {
                committed.notified().await;
                tokio::time::sleep(TOGETHER).await;
                loop {
                    let began = Instant::now();
                    match index::catch_up(&database, None).await {
                        Ok(true) => break,
                        Ok(false) => tokio::time::sleep(began.elapsed() * REST).await,
                        Err(error) => {
                            tracing::warn!(%error, "the search index is behind");
                            break;
                        }
                    }
                }
            }
        });
        Self(task.abort_handle())
    }

    pub(crate) fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop();
    }
}
