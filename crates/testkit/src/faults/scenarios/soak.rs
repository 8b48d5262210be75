//! R23: coming and going, for long.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::Size;
use crate::faults::ear::{Cursors, Ear};
use crate::faults::measured::{Measured, mib};
use crate::faults::pulse::Pulse;
use crate::faults::vitals::Vitals;
use crate::server::{Launch, Person, Process, Site};

/// Sockets come and go, some without a word; afterwards the server has as many files, tasks and
/// sockets as before. The long form takes half an hour.
///
/// # Panics
/// If something stays.
pub async fn soak(binary: &Path, size: Size) -> Measured {
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let soak = Soak {
        sockets: size.of(40, 300),
        churn: Duration::from_millis(size.of(50, 200)),
        time: Duration::from_secs(size.of(8, 30 * 60)),
    };
    soak.goes_on(&launch).await
}

/// How many come and go, and for how long.
#[derive(Debug, Clone, Copy)]
struct Soak {
    /// At a time.
    sockets: usize,
    /// Between two that go and are followed by another.
    churn: Duration,
    time: Duration,
}

impl Soak {
    async fn goes_on(self, launch: &Launch) -> Measured {
        let launch = launch.clone().set("METRICS_BIND", "127.0.0.1:0");
        // Who is gone without a word is there for the server until it looks.
        let most = 2 * self.sockets;
        let launch = launch.set("MAX_SOCKETS_PER_USER", &most.to_string());
        let server = launch.start().await;
        let (ada, ben) = (server.user("ada").await, server.user("ben").await);
        let room = ada.creates_room("Hall").await;
        ben.joins(&room).await;
        let gauges = Gauges::of(&server);
        let baseline = gauges.when(|_| true).await;

        let epoch = Instant::now();
        let every = Duration::from_millis(100);
        let pulse = Pulse::of(&ada, &room, "still here", every, epoch).await;
        let mut resident = Vec::new();
        let mut here: VecDeque<Guest> = VecDeque::new();
        let mut ticks = interval(self.churn);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut came = 0;
        while epoch.elapsed() < self.time {
            ticks.tick().await;
            if here.len() == self.sockets {
                here.pop_front().expect("they are here").goes().await;
            }
            here.push_back(Guest::comes(&ben, &room, came, epoch).await);
            came += 1;
            resident.push((epoch.elapsed(), Vitals::of(server.id()).resident));
        }
        for guest in here {
            guest.goes().await;
        }
        let acks = pulse.ends().await;
        let settled = gauges.when(|now| now.is_down_to(&baseline)).await;
        Measured {
            fault: "R23: coming and going".to_owned(),
            load: format!(
                "{came} sockets, {} at a time, for {} s",
                self.sockets,
                self.time.as_secs()
            ),
            figures: vec![
                format!("afterwards {settled}, before {baseline}"),
                format!("peak {}", mib(Vitals::of(server.id()).peak)),
                format!(
                    "memory in the second half {:+.2} MiB in 10 min",
                    slope(&resident)
                ),
                format!("ack p50 / p99 {}", acks.times),
            ],
        }
    }
}

/// Somebody who listens for a while.
struct Guest {
    enough: oneshot::Sender<()>,
    listening: JoinHandle<()>,
}

impl Guest {
    /// Every other one says goodbye; the rest are gone without a word.
    async fn comes(person: &Person, room: &str, number: usize, epoch: Instant) -> Self {
        person.reads(room).await;
        let mut ear = Ear::open(person, Cursors::new(), epoch).await;
        let (enough, mut end) = oneshot::channel();
        let listening = tokio::spawn(async move {
            loop {
                tokio::select! {
                    heard = ear.hear() => heard.expect("who reads is not closed"),
                    _ = &mut end => break,
                }
            }
            if number.is_multiple_of(2) {
                ear.leave().await;
            }
        });
        Self { enough, listening }
    }

    async fn goes(self) {
        // One that has ended tells why.
        let _ = self.enough.send(());
        self.listening.await.expect("it heard everything");
    }
}

/// What the server counts of itself, and the kernel of it.
struct Gauges {
    pid: u32,
    site: Site,
}

#[derive(Debug, Clone, Copy)]
struct Counts {
    sockets: u64,
    tasks: u64,
    files: usize,
}

impl Gauges {
    fn of(server: &Process) -> Self {
        let log = server.log();
        let (_, origin) = log
            .split_once("metrics at ")
            .expect("the server says where");
        let (origin, _) = origin.split_once("/metrics").expect("it is a path");
        Self {
            pid: server.id(),
            site: Site::at(origin),
        }
    }

    /// The counts once they fit. Connections that are idle end after ten seconds.
    async fn when(&self, fits: impl Fn(&Counts) -> bool) -> Counts {
        let mut ticks = interval(Duration::from_millis(500));
        let mut last = None;
        let watching = async {
            loop {
                ticks.tick().await;
                let counts = self.read().await;
                last = Some(counts);
                if fits(&counts) {
                    return counts;
                }
            }
        };
        let found = timeout(Duration::from_secs(30), watching).await;
        found.unwrap_or_else(|_| panic!("something stays: {last:?}"))
    }

    async fn read(&self) -> Counts {
        let text = self.site.get("/metrics").send().await.text;
        let gauge = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok())
                .unwrap_or(0)
        };
        Counts {
            sockets: gauge("whatscrap_sockets "),
            tasks: gauge("whatscrap_tasks "),
            files: Vitals::of(self.pid).files,
        }
    }
}

impl Counts {
    fn is_down_to(&self, baseline: &Self) -> bool {
        self.sockets <= baseline.sockets
            && self.tasks <= baseline.tasks
            && self.files <= baseline.files
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sockets,
            tasks,
            files,
        } = self;
        write!(f, "{sockets} sockets, {tasks} tasks, {files} files")
    }
}

/// By how many MiB in ten minutes the second half rises, by least squares.
fn slope(resident: &[(Duration, u64)]) -> f64 {
    let half = &resident[resident.len() / 2..];
    let points: Vec<(f64, f64)> = half
        .iter()
        .map(|(at, bytes)| {
            let kib = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
            (at.as_secs_f64() / 600.0, f64::from(kib) / 1024.0)
        })
        .collect();
    let count = f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX));
    let x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let over: f64 = points
        .iter()
        .map(|point| (point.0 - x) * (point.1 - y))
        .sum();
    let under: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    over / under
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_second_half() {
        let at = |second: u64, mib: u64| (Duration::from_secs(second), mib << 20);
        let line = [at(0, 900), at(1, 500), at(2, 10), at(3, 11), at(4, 12)];
        assert!((slope(&line) - 600.0).abs() < 1e-6);
    }
}
