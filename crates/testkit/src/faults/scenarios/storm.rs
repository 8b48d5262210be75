//! R17: everybody comes back at once.

use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::Size;
use crate::faults::ear::{Cursors, Ear};
use crate::faults::measured::{Measured, mib};
use crate::faults::pulse::Pulse;
use crate::faults::vitals::Vitals;
use crate::server::{Launch, Person, fresh_client_id};

/// After a restart everybody comes back at once, and each has everything it missed, while
/// somebody goes on talking.
///
/// # Panics
/// If somebody misses something or does not catch up in time.
pub async fn storm(binary: &Path, size: Size) -> Measured {
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let storm = Storm {
        people: size.of(4, 20),
        sockets: size.of(50, 100),
        rooms: size.of(10, 50),
        missed: 10,
        within: Duration::from_mins(1),
    };
    storm.breaks(&launch).await
}

/// How many come back, and what they missed.
#[derive(Debug, Clone, Copy)]
struct Storm {
    people: usize,
    /// Sockets of each.
    sockets: usize,
    /// Everybody is in all of them.
    rooms: usize,
    /// Messages in each room.
    missed: usize,
    within: Duration,
}

impl Storm {
    async fn breaks(self, launch: &Launch) -> Measured {
        let launch = launch.clone();
        let launch = launch.set("MAX_SOCKETS_PER_USER", &self.sockets.to_string());
        let mut server = launch.start().await;
        let owner = server.user("ada").await;
        let naming = (0..self.rooms).map(|number| format!("Room {number}"));
        let rooms = join_all(naming.map(async |name| owner.creates_room(&name).await)).await;
        let aside = owner.creates_room("Aside").await;
        let mut people = Vec::new();
        for number in 0..self.people {
            let person = server.user(&format!("person{number}")).await;
            join_all(rooms.iter().map(|room| person.joins(room))).await;
            people.push(person);
        }
        let held: Cursors = rooms.iter().map(|room| (room.clone(), 0)).collect();
        self.is_missed(&owner, &rooms).await;
        server.kill().await;
        server.starts_again().await;

        let before = Vitals::of(server.id());
        let start = Instant::now();
        let every = Duration::from_millis(20);
        let pulse = Pulse::of(&owner, &aside, "still here", every, start).await;
        let mut coming = JoinSet::new();
        for person in (0..self.sockets).flat_map(|_| &people) {
            coming.spawn(self.comes_back(person.clone(), held.clone(), start));
        }
        let back = timeout(self.within, coming.join_all()).await;
        let back = back.expect("everybody has caught up in time");
        let took = start.elapsed();
        let acks = pulse.ends().await;
        let after = Vitals::of(server.id());
        let heard: u64 = back.iter().sum();
        let grown = after.peak.saturating_sub(before.resident);
        Measured {
            fault: "R17: everybody comes back at once".to_owned(),
            load: format!(
                "{} sockets of {} rooms, {} messages behind in each",
                back.len(),
                self.rooms,
                self.missed
            ),
            figures: vec![
                format!(
                    "all synced in {:.1} s, {heard} messages",
                    took.as_secs_f64()
                ),
                format!("ack p50 / p99 meanwhile {}", acks.times),
                format!("memory + {}", mib(grown)),
            ],
        }
    }

    /// Says in every room what everybody else misses.
    async fn is_missed(self, owner: &Person, rooms: &[String]) {
        let mut socket = owner.socket().await;
        for room in rooms {
            for number in 0..self.missed {
                socket.say(&json!({
                    "type": "send", "ref": fresh_client_id(), "room": room,
                    "client_id": fresh_client_id(), "body": number.to_string(),
                }));
            }
        }
        for _ in 0..self.missed * rooms.len() {
            socket.wait_for("ack").await;
        }
    }

    /// Comes back and catches up; how many messages that were.
    async fn comes_back(self, person: Person, held: Cursors, epoch: Instant) -> u64 {
        let mut ear = Ear::open(&person, held, epoch).await;
        while !ear.is_live() {
            ear.hear().await.expect("who catches up is not closed");
        }
        let missed = (self.rooms * self.missed) as u64;
        assert_eq!(ear.heard, missed);
        ear.heard
    }
}
