use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::sqlx;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::mpsc::Sender;
use tokio::time::{sleep, timeout};
use whatscrap_messages::{Channel, Heard};

use super::{CHANNEL, Followed, PAUSE, PULSE, unpack};

/// How long nothing may be heard, not even a sign of life.
const SILENCE: Duration = PULSE.saturating_mul(3);

/// Hears what is said, until nobody wants to.
pub(super) async fn listen(
    options: PgConnectOptions,
    followed: Followed,
    healed: Arc<AtomicBool>,
    tells: Sender<Heard>,
) {
    // The listener takes its one connection out of a pool.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(SILENCE)
        .connect_lazy_with(options);
    let mut was_there = true;
    while !tells.is_closed() {
        if let Ok(Ok(mut listener)) = timeout(SILENCE, connect(&pool)).await {
            was_there = true;
            let _ = tells.send(Heard::Back).await;
            while let Ok(Ok(Some(said))) = timeout(SILENCE, listener.try_recv()).await {
                let heard = match unpack(said.payload()) {
                    Some((Channel::All, word)) => Some(word),
                    Some((Channel::Room(room), word)) => {
                        followed.lock().contains(&room).then_some(word)
                    }
                    None => None,
                };
                if let Some(word) = heard
                    && tells.try_send(Heard::Word(word)).is_err()
                {
                    healed.store(true, Ordering::Relaxed);
                }
                if tells.capacity() > 0 && healed.swap(false, Ordering::Relaxed) {
                    let _ = tells.send(Heard::Back).await;
                }
            }
        }
        if std::mem::take(&mut was_there) {
            let _ = tells.send(Heard::Away).await;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a database that is away tells nobody when it is back"
        )]
        sleep(PAUSE).await;
    }
}

async fn connect(pool: &sqlx::PgPool) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
