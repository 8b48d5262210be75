use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisResult};
use tokio::sync::mpsc::{Receiver, UnboundedSender};
use tokio::time::sleep;
use whatscrap_messages::{Channel, Word};

use super::{Names, Order, PAUSE, connect, pack};

/// How many words are said in one go.
const WORDS: usize = 256;

/// Says what is to be said, and nothing while it cannot be.
pub(super) async fn speak(
    client: Client,
    names: Names,
    mut words: Receiver<(Channel, Word)>,
    lost: Arc<AtomicBool>,
    orders: UnboundedSender<Order>,
) {
    let mut batch = Vec::with_capacity(WORDS);
    loop {
        if let Ok(mut connection) = connect(&client, AsyncConnectionConfig::new()).await {
            loop {
                if lost.swap(false, Ordering::Relaxed) {
                    let _ = orders.send(Order::Lost);
                }
                if words.recv_many(&mut batch, WORDS).await == 0 {
                    return;
                }
                if say(&mut connection, &names, &mut batch).await.is_err() {
                    break;
                }
            }
            lost.store(true, Ordering::Relaxed);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a Redis that is away tells nobody when it is back"
        )]
        sleep(PAUSE).await;
        while words.try_recv().is_ok() {
            lost.store(true, Ordering::Relaxed);
        }
    }
}

async fn say(
    connection: &mut MultiplexedConnection,
    names: &Names,
    words: &mut Vec<(Channel, Word)>,
) -> RedisResult<()> {
    let mut pipeline = redis::pipe();
    for (channel, word) in words.drain(..) {
        let publish = pipeline.cmd("PUBLISH");
        publish.arg(names.of(channel)).arg(pack(&word)).ignore();
    }
    pipeline.exec_async(connection).await
}
