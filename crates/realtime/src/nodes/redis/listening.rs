use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, PushInfo, PushKind, RedisResult, Value};
use tokio::sync::Notify;
use tokio::sync::mpsc::{Sender, UnboundedReceiver};
use tokio::time::{MissedTickBehavior, interval, sleep};
use whatscrap_messages::{Channel, Heard};
use whatscrap_rooms::RoomId;

use super::{Names, Order, PAUSE, connect, unpack};

/// How often a sign of life is asked for.
const PULSE: Duration = Duration::from_secs(1);
/// How many channels one command names.
const CHANNELS: usize = 1_000;

/// Where the connection puts what Redis pushes.
#[derive(Clone)]
struct Pushes {
    names: Names,
    hears: Sender<Heard>,
    /// Something found no place.
    missed: Arc<AtomicBool>,
    broken: Arc<Notify>,
}

/// Hears what is said, until nobody wants to.
pub(super) async fn listen(
    client: Client,
    names: Names,
    mut orders: UnboundedReceiver<Order>,
    tells: Sender<Heard>,
) {
    let mut followed = HashSet::new();
    let mut was_there = true;
    while !tells.is_closed() {
        let pushes = Pushes {
            names: names.clone(),
            hears: tells.clone(),
            missed: Arc::default(),
            broken: Arc::default(),
        };
        let taken = pushes.clone();
        let settings = AsyncConnectionConfig::new().set_push_sender(move |push| {
            taken.take(push);
            Ok::<_, redis::aio::SendError>(())
        });
        let ended = match connect(&client, settings).await {
            Ok(mut connection) => {
                converse(
                    &mut connection,
                    &pushes,
                    &mut orders,
                    &mut followed,
                    &mut was_there,
                )
                .await
            }
            Err(error) => Err(error),
        };
        if std::mem::take(&mut was_there) {
            if let Err(error) = ended {
                tracing::warn!(%error, "Redis is away");
            }
            let _ = tells.send(Heard::Away).await;
        }
        while let Ok(order) = orders.try_recv() {
            note(&mut followed, &order);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a Redis that is away tells nobody when it is back"
        )]
        sleep(PAUSE).await;
    }
}

async fn converse(
    connection: &mut MultiplexedConnection,
    pushes: &Pushes,
    orders: &mut UnboundedReceiver<Order>,
    followed: &mut HashSet<RoomId>,
    was_there: &mut bool,
) -> RedisResult<()> {
    let name = |room: &RoomId| pushes.names.of(Channel::Room(*room));
    connection.subscribe(pushes.names.of(Channel::All)).await?;
    let rooms: Vec<_> = followed.iter().map(name).collect();
    for rooms in rooms.chunks(CHANNELS) {
        connection.subscribe(rooms).await?;
    }
    *was_there = true;
    let _ = pushes.hears.send(Heard::Back).await;
    let mut pulse = interval(PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ordered = Vec::with_capacity(CHANNELS);
    loop {
        tokio::select! {
            _ = orders.recv_many(&mut ordered, CHANNELS) => {
                let (mut come, mut gone) = (HashSet::new(), HashSet::new());
                let mut lost = false;
                for order in ordered.drain(..) {
                    note(followed, &order);
                    match order {
                        Order::Follow(room) => {
                            gone.remove(&room);
                            come.insert(room);
                        }
                        Order::Unfollow(room) => {
                            come.remove(&room);
                            gone.insert(room);
                        }
                        Order::Lost => lost = true,
                    }
                }
                if !gone.is_empty() {
                    let gone: Vec<_> = gone.iter().map(name).collect();
                    connection.unsubscribe(gone).await?;
                }
                if !come.is_empty() {
                    let come: Vec<_> = come.iter().map(name).collect();
                    connection.subscribe(come).await?;
                }
                if lost {
                    let _ = pushes.hears.send(Heard::Back).await;
                }
            }
            _ = pulse.tick() => {
                redis::cmd("PING").exec_async(connection).await?;
                if pushes.missed.swap(false, Ordering::Relaxed) {
                    let _ = pushes.hears.send(Heard::Back).await;
                }
            }
            () = pushes.broken.notified() => {
                return Err((ErrorKind::Io, "the connection broke").into());
            }
        }
    }
}

fn note(followed: &mut HashSet<RoomId>, order: &Order) {
    match order {
        Order::Follow(room) => {
            followed.insert(*room);
        }
        Order::Unfollow(room) => {
            followed.remove(room);
        }
        Order::Lost => {}
    }
}

impl Pushes {
    /// Called by the connection, in the order of what Redis pushes.
    fn take(&self, PushInfo { kind, data }: PushInfo) {
        let mut data = data.into_iter();
        let heard = match (kind, data.next(), data.next()) {
            (PushKind::Message, _, Some(Value::BulkString(packed))) => {
                unpack(packed).map(Heard::Word)
            }
            (PushKind::Subscribe, Some(Value::BulkString(name)), _) => {
                self.names.room(&name).map(Heard::Following)
            }
            (PushKind::Disconnection, ..) => return self.broken.notify_one(),
            _ => None,
        };
        if let Some(heard) = heard
            && self.hears.try_send(heard).is_err()
        {
            self.missed.store(true, Ordering::Relaxed);
        }
    }
}
