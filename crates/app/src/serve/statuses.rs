use std::sync::Arc;
use std::time::Duration;

use tokio::time::interval;
use whatscrap_kernel::Clock;
use whatscrap_users::Service;

/// How late others may hear that a status has ended.
const EVERY: Duration = Duration::from_secs(2);

/// Tells of statuses that end by themselves. Runs for ever.
pub(super) async fn tell_expired(users: Service, clock: Arc<dyn Clock>) {
    let mut since = clock.now();
    let mut every = interval(EVERY);
    loop {
        every.tick().await;
        match users.tell_expired(since).await {
            Ok(until) => since = until,
            // What ended meanwhile is told once the database is back.
            Err(error) => tracing::debug!(%error, "could not look for statuses that ended"),
        }
    }
}
