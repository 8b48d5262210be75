//! One person's device on the wire, as the protocol means it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::crowd::{Orders, Standing};
use super::history::{History, Kind, Op};
use super::witness::Witness;
use crate::server::{Person, RawSocket};

/// The first step of the ladder of waits, and the last: the protocol's, a tenth and a fifteenth
/// of it, so that a fault is met by many connections.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// A connection that held so long is a good one.
const STABLE: Duration = Duration::from_secs(1);
/// Who hears nothing for so long reconnects.
const SILENCE: Duration = Duration::from_secs(40);
/// How long an upgrade may take.
const UPGRADE: Duration = Duration::from_secs(5);

/// One actor's whole life, over as many connections as it takes.
pub(crate) struct Actor {
    pub(crate) person: Person,
    pub(crate) witness: Witness,
    pub(crate) history: History,
    pub(crate) orders: watch::Receiver<Orders>,
    pub(crate) standing: watch::Sender<Standing>,
    /// The rooms it speaks in by turns; none for a reader.
    pub(crate) rooms: Vec<Arc<str>>,
    /// Between two posts.
    pub(crate) pace: Duration,
    pub(crate) window: usize,
    pub(crate) bytes: usize,
    pub(crate) chance: StdRng,
    pub(crate) said: usize,
}

/// How a connection ended.
struct End {
    code: u64,
    /// The server asked for it.
    wait: Option<Duration>,
}

impl Actor {
    /// Lives until it is dropped: connects, talks, and connects again.
    #[expect(
        clippy::disallowed_methods,
        reason = "a client that reconnects paces itself"
    )]
    pub(crate) async fn live(mut self) {
        let mut attempts = 0;
        loop {
            if self
                .orders
                .wait_for(|orders| !orders.stay_away)
                .await
                .is_err()
            {
                return;
            }
            let began = Instant::now();
            let upgraded = timeout(UPGRADE, self.person.upgrade().raw()).await;
            let wait = if let Ok(Ok(socket)) = upgraded {
                let End { code, wait } = self.converse(socket).await;
                let closed = self.witness.entry(Op::Info, Kind::Close).seq(code);
                self.history.record(closed);
                self.stand(false);
                wait
            } else {
                self.person.moves_on();
                None
            };
            attempts = if began.elapsed() > STABLE {
                0
            } else {
                attempts + 1
            };
            let ladder = FIRST_WAIT
                .saturating_mul(1 << attempts.min(6))
                .min(LONGEST_WAIT);
            let jitter = self.chance.random_range(Duration::ZERO..=ladder);
            sleep(wait.unwrap_or(jitter)).await;
        }
    }

    /// Runs one connection to its end.
    async fn converse(&mut self, mut socket: RawSocket) -> End {
        let mut end = End {
            code: 1006,
            wait: None,
        };
        let mut outgoing = vec![self.witness.hello()];
        let mut welcome = false;
        let mut put_off: Vec<(Instant, Value)> = Vec::new();
        let mut pace = self.pace();
        let mut heard = Instant::now();
        loop {
            for frame in outgoing.drain(..) {
                if socket.feed(Message::text(frame.to_string())).await.is_err() {
                    return end;
                }
            }
            if socket.flush().await.is_err() {
                return end;
            }
            self.stand(welcome);
            let due = put_off.first().map(|(at, _)| *at);
            tokio::select! {
                incoming = socket.next() => {
                    heard = Instant::now();
                    match incoming {
                        Some(Ok(Message::Text(text))) => {
                            let Ok(frame) = serde_json::from_str::<Value>(&text) else {
                                return end;
                            };
                            welcome |= frame["type"] == "welcome";
                            let (entries, answers) = self.witness.hear(&frame);
                            for entry in entries {
                                self.history.record(entry);
                            }
                            match frame["type"].as_str() {
                                // Its post is said again when the server thinks it may be.
                                Some("error") => {
                                    let at = heard + milliseconds(&frame["retry_after_ms"]);
                                    put_off.extend(answers.into_iter().map(|again| (at, again)));
                                }
                                Some("bye") => end.wait = Some(milliseconds(&frame["reconnect_after_ms"])),
                                _ => outgoing = answers,
                            }
                        }
                        Some(Ok(Message::Close(frame))) => {
                            end.code = frame.map_or(1005, |frame| u16::from(frame.code).into());
                        }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => return end,
                    }
                }
                () = sleep_until(due.unwrap_or(heard)), if due.is_some() => {
                    outgoing.push(put_off.remove(0).1);
                }
                _ = pace.tick(), if welcome && self.may_speak() => outgoing.push(self.speak()),
                () = sleep_until(heard + SILENCE) => return end,
                changed = self.orders.changed() => {
                    if changed.is_err() || self.orders.borrow().stay_away {
                        end.code = 1000;
                        return end;
                    }
                }
            }
        }
    }

    fn pace(&mut self) -> Interval {
        let mut pace = interval(self.pace);
        // Who could not speak for a while does not make up for it.
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let late = self.chance.random_range(Duration::ZERO..=self.pace);
        pace.reset_after(late);
        pace
    }

    fn may_speak(&self) -> bool {
        let orders = self.orders.borrow();
        orders.speak
            && !self.rooms.is_empty()
            && self.witness.client().unacked_count() < self.window
    }

    fn speak(&mut self) -> Value {
        let room = self.rooms[self.said % self.rooms.len()].clone();
        self.said += 1;
        let body = format!("{:.<width$}", self.said, width = self.bytes);
        let (entry, frame) = self.witness.say(&room, &body);
        self.history.record(entry);
        frame
    }

    /// Tells the crowd how it stands.
    fn stand(&self, is_online: bool) {
        let client = self.witness.client();
        self.standing.send_if_modified(|standing| {
            let now = Standing {
                is_online,
                is_quiet: client.is_quiet(),
                acked: client.acked().len(),
                versions: client.versions(),
            };
            let changed = *standing != now;
            *standing = now;
            changed
        });
    }
}

fn milliseconds(value: &Value) -> Duration {
    Duration::from_millis(value.as_u64().unwrap_or(0))
}
