//! How long the server takes to answer while something else goes on.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{Person, Socket, fresh_client_id};

/// Somebody who posts at an even pace and counts how long each ack takes.
#[derive(Debug)]
pub struct Pulse {
    enough: oneshot::Sender<()>,
    beating: JoinHandle<Acks>,
}

/// How long acks took.
#[derive(Debug, Clone)]
pub struct Acks {
    times: Histogram<u64>,
    /// How many posts were answered with an `error`, and then said again.
    pub refused: u64,
}

impl Pulse {
    /// Begins to post into a room, each post `every` so long after the last one
    /// if that is answered by then.
    pub async fn of(person: &Person, room: &str, every: Duration) -> Self {
        let socket = person.socket().await;
        let (enough, stop) = oneshot::channel();
        let beating = tokio::spawn(beat(socket, room.to_owned(), every, stop));
        Self { enough, beating }
    }

    /// Ends, and tells how it was.
    ///
    /// # Panics
    /// If the server closed the socket or did not answer.
    pub async fn ends(self) -> Acks {
        // One that has ended tells why.
        let _ = self.enough.send(());
        self.beating.await.expect("every post is answered")
    }
}

async fn beat(
    mut socket: Socket,
    room: String,
    every: Duration,
    mut stop: oneshot::Receiver<()>,
) -> Acks {
    let times = Histogram::new(3).expect("three digits are few enough");
    let mut acks = Acks { times, refused: 0 };
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stop => return acks,
        }
        let post = json!({
            "type": "send", "room": room, "client_id": fresh_client_id(), "body": "still here",
        });
        let start = Instant::now();
        while socket.ask(post.clone()).await["type"] != "ack" {
            acks.refused += 1;
        }
        let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        acks.times.saturating_record(micros);
        socket.forget();
    }
}

impl Acks {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.times.len()
    }

    /// The time within which this share of them came.
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_micros(self.times.value_at_quantile(share))
    }

    /// The time within which 99 of 100 came.
    pub fn p99(&self) -> Duration {
        self.quantile(0.99)
    }
}
