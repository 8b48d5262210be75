//! How long pages take, one request after another.

use std::time::Instant;

use clap::Args;
use hdrhistogram::Histogram;
use reqwest::Method;
use serde::Serialize;
use whatscrap_testkit::Person;

use crate::report::Milliseconds;
use crate::swarm::{RoomId, times};

/// Messages of a page of history.
const PAGE: u64 = 50;

/// A step between requests that has no pattern and visits every place.
const STRIDE: u64 = 7_919;

/// What to ask for.
#[derive(Debug, Clone, Args)]
pub(crate) struct Pages {
    /// Messages the rooms hold together before anything is asked for.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) messages: u64,
    /// Requests of each kind.
    #[arg(long, default_value_t = 500)]
    pub(crate) requests: u64,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct PageTimes {
    /// Of `/chat/room/{id}`.
    pub(crate) room: Milliseconds,
    /// Of `/api/v1/rooms/{id}/messages?before=`, anywhere in the room.
    pub(crate) history: Milliseconds,
}

impl Pages {
    /// Asks for a room and for its history.
    pub(crate) async fn measure(&self, reader: &Person, room: &RoomId) -> PageTimes {
        let room = String::from_utf8_lossy(room);
        let page = format!("/chat/room/{room}");
        let newest = reader.get(&format!("/rooms/{room}")).send().await.ok(200);
        let last = newest["room"]["last_seq"].as_u64().unwrap_or(0).max(1);
        let (mut rooms, mut histories) = (times(), times());
        for number in 0..self.requests {
            let start = Instant::now();
            let answer = reader.page(Method::GET, &page).send().await;
            record(&mut rooms, start);
            assert_eq!(answer.status, 200, "{}", answer.text);

            let before = number * STRIDE % last + 1;
            let history = format!("/rooms/{room}/messages?before={before}&limit={PAGE}");
            let start = Instant::now();
            let answer = reader.get(&history).send().await;
            record(&mut histories, start);
            answer.ok(200);
        }
        PageTimes {
            room: Milliseconds::of(&rooms),
            history: Milliseconds::of(&histories),
        }
    }
}

fn record(times: &mut Histogram<u64>, start: Instant) {
    let micros = u64::try_from(start.elapsed().as_micros());
    times.saturating_record(micros.unwrap_or(u64::MAX));
}

impl PageTimes {
    pub(crate) fn print(&self) {
        for (what, times) in [("room", &self.room), ("history", &self.history)] {
            let Milliseconds { p50, p95, p99, .. } = times;
            println!("{what:>12} p50 {p50:.2} ms, p95 {p95:.2} ms, p99 {p99:.2} ms");
        }
    }
}
