use std::time::Duration;

use tokio::time::interval;
use whatscrap_messages::Files;

/// How long the files of a deleted message may stay on the disk; nobody sees them any more.
const EVERY: Duration = Duration::from_secs(5);
/// How often it is looked for what no message took: every ten minutes.
const UNUSED_EVERY: u32 = 120;
/// When blobs that no row knows are deleted: a day after the start, so that whoever put the wrong
/// database back has time to notice.
const STRAYS_AT: u32 = 17_280;

/// Deletes files that nobody needs. Runs for ever.
pub(super) async fn sweep(files: Files) {
    let mut every = interval(EVERY);
    for turn in 0.. {
        every.tick().await;
        let swept = match turn {
            STRAYS_AT => files.clear_strays().await,
            _ if turn % UNUSED_EVERY == 0 => files.sweep().await,
            _ => files.clear().await,
        };
        if let Err(error) = swept {
            tracing::debug!(%error, "files that nobody needs are left");
        }
    }
}
