use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{self, ConnectOptions, Executor};
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use whatscrap_messages::{Channel, Word};

use super::{CHANNEL, PAUSE, PULSE, pack};

/// How many words are said in one go.
const WORDS: usize = 256;
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// A hint that a crash takes with it is none that is missed: no commit here waits for the disk.
const PREPARE: &str = "SET synchronous_commit = off";
const SAY: &str = "SELECT pg_notify($1, said) FROM unnest($2::text[]) said";

/// Says what is to be said, and nothing while it cannot be.
pub(super) async fn speak(
    options: PgConnectOptions,
    mut words: Receiver<(Channel, Word)>,
    lost: Arc<AtomicBool>,
    healed: Arc<AtomicBool>,
) {
    let mut batch = Vec::with_capacity(WORDS);
    let mut pulse = interval(PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if let Ok(Ok(mut connection)) = timeout(PATIENCE, connect(&options)).await {
            loop {
                let said = tokio::select! {
                    count = words.recv_many(&mut batch, WORDS) => {
                        if count == 0 {
                            return;
                        }
                        let said = batch.drain(..).map(|(channel, word)| pack(channel, &word));
                        said.collect()
                    }
                    // Heard by this node's own listener, too: the way is whole.
                    _ = pulse.tick() => vec![String::new()],
                };
                if !matches!(
                    timeout(PATIENCE, say(&mut connection, said)).await,
                    Ok(Ok(()))
                ) {
                    break;
                }
                if lost.swap(false, Ordering::Relaxed) {
                    healed.store(true, Ordering::Relaxed);
                }
            }
            lost.store(true, Ordering::Relaxed);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a database that is away tells nobody when it is back"
        )]
        sleep(PAUSE).await;
        while words.try_recv().is_ok() {
            lost.store(true, Ordering::Relaxed);
        }
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    connection.execute(PREPARE).await?;
    Ok(connection)
}

async fn say(connection: &mut PgConnection, said: Vec<String>) -> Result<(), sqlx::Error> {
    let say = sqlx::query(SAY).bind(CHANNEL).bind(said);
    say.execute(connection).await.map(drop)
}
