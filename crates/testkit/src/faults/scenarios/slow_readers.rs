//! R11: some never read.

use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::Size;
use crate::faults::ear::{Cursors, Ear};
use crate::faults::measured::{Measured, mib};
use crate::faults::pulse::{Acks, Pulse};
use crate::faults::times::Times;
use crate::faults::vitals::Vitals;
use crate::server::{Launch, PATIENCE, Person};

/// Sockets that never read are closed with 4000, or cut off ten seconds later, and resume
/// without a hole; those that read miss nothing meanwhile.
///
/// # Panics
/// If that does not hold.
pub async fn slow_readers(binary: &Path, size: Size) -> Measured {
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let audience = Audience {
        quick: size.of(20, 500),
        slow: size.of(20, 500),
        every: Duration::from_millis(5),
        bytes: size.of(16_000, 2_000),
        // More than any kernel keeps for a reader: then the server's own queue fills.
        posts: size.of(450, 2_500),
    };
    audience.suffers(&launch).await
}

/// How many read and how many do not, and what they are sent.
#[derive(Debug, Clone, Copy)]
struct Audience {
    quick: usize,
    slow: usize,
    /// Between two messages.
    every: Duration,
    /// The length of a message's text.
    bytes: usize,
    /// How many, once without and once with the slow ones.
    posts: u64,
}

impl Audience {
    async fn suffers(self, launch: &Launch) -> Measured {
        let sockets = (self.quick + self.slow).to_string();
        let launch = launch.clone().set("MAX_SOCKETS_PER_USER", &sockets);
        let server = launch.set("MAX_BODY_CHARS", "16000").start().await;
        let ada = server.user("ada").await;
        let room = ada.creates_room("Hall").await;
        let ben = server.user("ben").await;
        ben.joins(&room).await;

        let (acks, times) = self.talk(&ada, &ben, &room).await;
        let before = Vitals::of(server.id());
        let epoch = Instant::now();
        let slow = join_all((0..self.slow).map(|_| Ear::open(&ben, Cursors::new(), epoch))).await;
        let (acks_beside, times_beside) = self.talk(&ada, &ben, &room).await;
        let after = Vitals::of(server.id());

        let last = version(&ada, &room).await;
        let mut late = JoinSet::new();
        for ear in slow {
            late.spawn(comes_back(ear, ben.clone(), room.clone(), last));
        }
        let codes = late.join_all().await;
        let full = codes.iter().filter(|code| **code == 4000).count();

        let each = after.peak.saturating_sub(before.resident) / self.slow as u64;
        let posts = acks.times.count() + acks_beside.times.count();
        Measured {
            fault: "R11: readers that never read".to_owned(),
            load: format!(
                "{} of them beside {} that read, {posts} posts of {} B",
                self.slow, self.quick, self.bytes
            ),
            figures: vec![
                format!("delivery p50 / p99 {times_beside}, without them {times}"),
                format!("ack {}, without them {}", acks_beside.times, acks.times),
                format!("{full} closed with 4000, {} cut off", self.slow - full),
                format!(
                    "all resumed; peak {}, {} for each",
                    mib(after.peak),
                    mib(each)
                ),
            ],
        }
    }

    /// Lets one talk and the quick ones listen: how long acks and deliveries took.
    async fn talk(self, ada: &Person, ben: &Person, room: &str) -> (Acks, Times) {
        let epoch = Instant::now();
        let (enough, end) = watch::channel(u64::MAX);
        let mut listening = JoinSet::new();
        for _ in 0..self.quick {
            let ear = Ear::open(ben, Cursors::new(), epoch).await;
            listening.spawn(listen(ear, room.to_owned(), end.clone()));
        }
        let text = "x".repeat(self.bytes);
        let pulse = Pulse::of(ada, room, &text, self.every, epoch).await;
        pulse.has(self.posts).await;
        let acks = pulse.ends().await;
        enough.send_replace(version(ada, room).await);
        let mut times = Times::new();
        for ear in listening.join_all().await {
            times.add(&ear.times);
            ear.leave().await;
        }
        (acks, times)
    }
}

/// Listens until a room is at the version that `end` tells.
async fn listen(mut ear: Ear, room: String, mut end: watch::Receiver<u64>) -> Ear {
    while ear.cursors[&room] < *end.borrow_and_update() {
        tokio::select! {
            heard = ear.hear() => heard.expect("who reads is not closed"),
            // Whoever was to tell the end has gone: the last word holds.
            _ = end.changed() => {}
        }
    }
    ear
}

/// Hears what is there until the socket is closed, comes back, and hears the rest: the code.
async fn comes_back(mut ear: Ear, person: Person, room: String, last: u64) -> u16 {
    let hearing = async {
        loop {
            if let Err(code) = ear.hear().await {
                return code;
            }
        }
    };
    let code = timeout(PATIENCE, hearing).await;
    let code = code.expect("who never reads is closed");
    assert!([4000, 1006].contains(&code), "closed with {code}");
    let again = Ear::open(&person, ear.cursors, Instant::now()).await;
    let (_last_word, end) = watch::channel(last);
    let listening = timeout(3 * PATIENCE, listen(again, room, end)).await;
    listening.expect("who comes back hears the rest");
    code
}

async fn version(person: &Person, room: &str) -> u64 {
    let answer = person.get(&format!("/rooms/{room}")).send().await.ok(200);
    answer["room"]["version"]
        .as_u64()
        .expect("a version is a number")
}
