//! How long the server takes to answer while something else goes on.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::times::Times;
use crate::{Person, Socket, fresh_client_id};

/// Somebody who posts at an even pace and counts how long each ack takes.
#[derive(Debug)]
pub(super) struct Pulse {
    acked: watch::Receiver<u64>,
    enough: oneshot::Sender<()>,
    beating: JoinHandle<Acks>,
}

/// What came of the posts.
#[derive(Debug, Clone)]
pub(super) struct Acks {
    /// From the frame to its ack.
    pub(super) times: Times,
    /// How many posts were answered with an `error`, and then said again.
    pub(super) refused: u64,
}

impl Pulse {
    /// Begins to post a text into a room, each time `every` so long after the
    /// last one if that is answered by then. The `client_id`s begin with the
    /// microseconds since `epoch`.
    pub(super) async fn of(
        person: &Person,
        room: &str,
        text: &str,
        every: Duration,
        epoch: Instant,
    ) -> Self {
        let socket = person.socket().await;
        let (enough, stop) = oneshot::channel();
        let post = json!({"type": "send", "room": room, "body": text});
        let (progress, acked) = watch::channel(0);
        let beating = tokio::spawn(beat(socket, post, every, epoch, progress, stop));
        Self {
            acked,
            enough,
            beating,
        }
    }

    /// Waits until so many posts are acked.
    pub(super) async fn has(&self, posts: u64) {
        let mut acked = self.acked.clone();
        // One that has ended tells why at its end.
        let _ = acked.wait_for(|acked| *acked >= posts).await;
    }

    /// Ends, and tells how it was.
    ///
    /// # Panics
    /// If the server closed the socket or did not answer.
    pub(super) async fn ends(self) -> Acks {
        // One that has ended tells why.
        let _ = self.enough.send(());
        self.beating.await.expect("every post is answered")
    }
}

async fn beat(
    mut socket: Socket,
    mut post: Value,
    every: Duration,
    epoch: Instant,
    progress: watch::Sender<u64>,
    mut stop: oneshot::Receiver<()>,
) -> Acks {
    let mut acks = Acks {
        times: Times::new(),
        refused: 0,
    };
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stop => return acks,
        }
        let start = Instant::now();
        let micros = start.duration_since(epoch).as_micros();
        post["client_id"] = format!("{micros}-{}", fresh_client_id()).into();
        while socket.ask(post.clone()).await["type"] != "ack" {
            acks.refused += 1;
        }
        acks.times.record(start.elapsed());
        progress.send_replace(acks.times.count());
        socket.forget();
    }
}
