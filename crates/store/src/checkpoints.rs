use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use tokio::task::{AbortHandle, JoinHandle};

/// How often the log is looked at.
const INTERVAL: Duration = Duration::from_millis(500);
/// Below this size the log is left alone.
const SMALL: u64 = 4 << 20;

/// Moves SQLite's write-ahead log into the database, beside the posts instead of inside them.
///
/// Most of the log is copied while posts go on. Only the last bit, after which the log starts
/// anew, takes the writer for a moment, and it gives up at once when a reader still needs the log.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    keeper: DatabaseConnection,
    writer: DatabaseConnection,
    task: AbortHandle,
}

impl Checkpoints {
    pub(crate) fn start(
        keeper: DatabaseConnection,
        writer: DatabaseConnection,
        wal: PathBuf,
    ) -> Self {
        let task: JoinHandle<()> = tokio::spawn({
            let (keeper, writer) = (keeper.clone(), writer.clone());
            async move {
                let mut ticks = tokio::time::interval(INTERVAL);
                loop {
                    ticks.tick().await;
                    if let Err(error) = shrink(&keeper, &writer, &wal).await {
                        tracing::warn!(%error, "the write-ahead log was not moved");
                    }
                }
            }
        });
        Self {
            keeper,
            writer,
            task: task.abort_handle(),
        }
    }

    /// Empties the log and stops. The writer must be idle.
    pub(crate) async fn finish(&self) -> Result<(), DbErr> {
        self.task.abort();
        self.keeper.close_by_ref().await?;
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        self.writer.execute_unprepared(truncate).await?;
        Ok(())
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn shrink(
    keeper: &DatabaseConnection,
    writer: &DatabaseConnection,
    wal: &Path,
) -> Result<(), DbErr> {
    let is_small = || std::fs::metadata(wal).is_ok_and(|file| file.len() < SMALL);
    if is_small() {
        return Ok(());
    }
    keeper
        .execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)")
        .await?;
    // Without patience: a long read must hold up the log, never the posts.
    writer
        .execute_unprepared(
            "PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000",
        )
        .await?;
    Ok(())
}
