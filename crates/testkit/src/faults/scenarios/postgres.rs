use std::time::Duration;

use serde_json::json;

use crate::faults::vitals::Vitals;
use crate::faults::{Crowd, History, Kind, Load, Op, Report, Supervisor, lasts};
use crate::postgres::{Durable, Signal};
use crate::{Launch, PATIENCE};

/// How often a PostgreSQL ends under its server, and who talks meanwhile.
#[derive(Debug, Clone)]
pub struct Restarts {
    /// Rounds of each way to end.
    pub rounds: usize,
    /// The people.
    pub load: Load,
}

impl Restarts {
    /// Each way once.
    pub fn short() -> Self {
        let load = Load {
            seed: 4,
            ..Load::default()
        };
        Self { rounds: 1, load }
    }

    /// Each way ten times.
    pub fn long() -> Self {
        Self {
            rounds: 10,
            ..Self::short()
        }
    }

    /// R4: PostgreSQL is stopped fast and at once, and killed, under load. The
    /// server stays, and goes on by itself. `None`, after a loud message, where
    /// there is no PostgreSQL.
    ///
    /// # Panics
    /// If the server ends, or nothing is acked any more.
    pub async fn run(&self, launch: &Launch, history: &History) -> Option<Report> {
        let cluster = Durable::start().await?;
        let launch = launch.clone().set("DATABASE_URL", &cluster.url);
        let mut supervisor = Supervisor::start(&launch, history).await;
        let pid = supervisor.process.id();
        let mut crowd = Crowd::gather(&supervisor.process, &self.load, history).await;
        crowd.speak(true);
        for _ in 0..self.rounds {
            for signal in [Signal::Fast, Signal::Immediate, Signal::Kill] {
                assert!(crowd.acks_more(50, PATIENCE).await, "it goes on");
                supervisor.breaks();
                cluster.stops(signal).await;
                cluster.starts_again().await;
                supervisor.mends();
                assert!(crowd.acks_more(50, PATIENCE).await, "{signal:?}");
            }
        }
        crowd.settles(PATIENCE).await;
        let end = crowd.reads_everything(&supervisor.process).await;
        assert_eq!(supervisor.process.id(), pid, "the server never ended");
        let fault = format!("R4: PostgreSQL stopped, aborted, killed × {}", self.rounds);
        let peak = supervisor.peak_mib();
        Some(Report::of(&fault, &self.load, history, &end, peak))
    }
}

/// For how long a PostgreSQL hangs, and who talks meanwhile.
#[derive(Debug, Clone)]
pub struct Hang {
    /// Long enough that the server gives up: it waits for ten seconds.
    pub time: Duration,
    /// The people.
    pub load: Load,
}

impl Hang {
    /// Just long enough.
    pub fn short() -> Self {
        let load = Load {
            seed: 5,
            ..Load::default()
        };
        let time = Duration::from_secs(12);
        Self { time, load }
    }

    /// R5's twenty seconds.
    pub fn long() -> Self {
        let time = Duration::from_secs(20);
        Self {
            time,
            ..Self::short()
        }
    }

    /// R5: PostgreSQL stands still. Posts are refused, to be sent again, and
    /// none is acked; sockets stay and are answered; memory does not grow.
    /// `None`, after a loud message, where there is no PostgreSQL.
    ///
    /// # Panics
    /// If any of that does not hold.
    pub async fn run(&self, launch: &Launch, history: &History) -> Option<Report> {
        const MOST: u64 = 32 << 20;
        let cluster = Durable::start().await?;
        let launch = launch.clone().set("DATABASE_URL", &cluster.url);
        let mut supervisor = Supervisor::start(&launch, history).await;
        let mut crowd = Crowd::gather(&supervisor.process, &self.load, history).await;
        let mut bystander = crowd.owner.socket().await;
        crowd.speak(true);
        assert!(crowd.acks_more(200, PATIENCE).await, "it goes on");
        let before = Vitals::of(supervisor.process.id());
        supervisor.breaks();
        cluster.hangs().await;
        let began = history.entries().len();
        lasts(self.time).await;
        bystander.say(&json!({"type": "ping"}));
        bystander.wait_for("pong").await;
        let during = &history.entries()[began..];
        let after = Vitals::of(supervisor.process.id());
        cluster.goes_on().await;
        supervisor.mends();

        let count = |op, kind| during.iter().filter(|it| (it.op, it.kind) == (op, kind)).count();
        let refused = count(Op::Info, Kind::Send);
        assert!(refused > 0, "posts are refused, to be sent again");
        // What was committed just before may be acked just after.
        let acked = count(Op::Ok, Kind::Send);
        assert!(acked <= self.load.senders * self.load.window, "{acked} acked");
        assert_eq!(count(Op::Info, Kind::Close), 0, "sockets stay");
        let grown = after.resident.saturating_sub(before.resident);
        assert!(grown < MOST, "memory grew by {grown} bytes");
        assert!(bystander.is_open());

        assert!(crowd.acks_more(200, PATIENCE).await, "it goes on by itself");
        crowd.settles(PATIENCE).await;
        let end = crowd.reads_everything(&supervisor.process).await;
        let fault = format!(
            "R5: PostgreSQL hangs for {} s; {refused} refused, {acked} acked meanwhile",
            self.time.as_secs()
        );
        let peak = supervisor.peak_mib();
        Some(Report::of(&fault, &self.load, history, &end, peak))
    }
}
