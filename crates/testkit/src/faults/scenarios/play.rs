//! What all scenarios have in common: a server, a crowd, a history.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::timeout;

use crate::faults::proxy::Proxy;
use crate::faults::{Crowd, Entry, History, Kind, Load, Op, Report, Supervisor};
use crate::server::{Launch, PATIENCE, Site};

/// Histories are kept in memory: on no disk that a scenario breaks.
const HISTORIES: &str = "/dev/shm";

/// Without an ack for so long, the talk stands still.
const STANDSTILL: Duration = Duration::from_millis(1_500);

/// How much of a scenario is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Seconds, for the ordinary tests.
    Short,
    /// What `docs/reliability.md` shows.
    Long,
}

impl Size {
    /// One of two numbers.
    pub fn of<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }

    /// The load of most scenarios.
    pub fn load(self, seed: u64) -> Load {
        Load {
            senders: self.of(8, 20),
            readers: self.of(2, 5),
            seed,
            ..Load::default()
        }
    }
}

/// A scenario that is being played.
#[derive(Debug)]
pub struct Play {
    /// The server, or its first node.
    pub supervisor: Supervisor,
    /// Its other nodes.
    pub others: Vec<Supervisor>,
    /// Its people.
    pub crowd: Crowd,
    /// What they did and saw.
    pub history: History,
    load: Load,
    folder: TempDir,
    disappointments: Vec<String>,
}

impl Play {
    /// Starts a server on `data` and brings a crowd to it, which begins to talk.
    pub async fn begin(launch: &Launch, data: &Path, load: &Load) -> Self {
        Self::begin_among(launch, &[], data, load).await
    }

    /// The same with other nodes of the server beside the first; people are spread over all.
    pub async fn begin_among(launch: &Launch, others: &[Launch], data: &Path, load: &Load) -> Self {
        let (supervisor, history, folder) = raise(launch, data).await;
        let mut nodes = Vec::new();
        for launch in others {
            nodes.push(Supervisor::start(launch, &history).await);
        }
        let all = [&supervisor].into_iter().chain(&nodes);
        let site = Site::of_nodes(all.map(|node| node.process.origin.clone()).collect());
        let mut play = Self::gather(&site, load, supervisor, history, folder).await;
        play.others = nodes;
        play
    }

    /// The same with a proxy between the crowd and the server.
    pub async fn begin_behind(launch: &Launch, data: &Path, load: &Load) -> (Self, Proxy) {
        let (supervisor, history, folder) = raise(launch, data).await;
        let proxy = Proxy::before(&supervisor.process.origin, load.seed).await;
        let site = Site::at(proxy.origin.as_str());
        let play = Self::gather(&site, load, supervisor, history, folder).await;
        (play, proxy)
    }

    async fn gather(
        site: &Site,
        load: &Load,
        supervisor: Supervisor,
        history: History,
        folder: TempDir,
    ) -> Self {
        let crowd = Crowd::gather(site, load, &history).await;
        let mut play = Self {
            supervisor,
            others: Vec::new(),
            crowd,
            history,
            load: load.clone(),
            folder,
            disappointments: Vec::new(),
        };
        play.crowd.speak(true);
        play.talks(1).await;
        play
    }

    /// Waits for so many acks more: whether they came.
    pub async fn talks(&mut self, acks: usize) -> bool {
        let talks = self.crowd.acks_more(acks, PATIENCE).await;
        self.expects(talks, &format!("{acks} acks more"));
        talks
    }

    /// Waits for so many steps that fit.
    pub async fn sees(&mut self, steps: usize, what: &str, fits: impl Fn(&Entry) -> bool) {
        let seen = self.history.sees(steps, 3 * PATIENCE, fits).await;
        self.expects(seen, what);
    }

    /// Waits until a post is refused for now, and so told to be tried again.
    pub async fn is_put_off(&mut self) {
        let put_off = |entry: &Entry| (entry.kind, entry.op) == (Kind::Send, Op::Info);
        self.sees(1, "a post that is put off", put_off).await;
    }

    /// Waits until no post is acked any more.
    pub async fn stands_still(&mut self) {
        let still = async { while self.crowd.acks_more(1, STANDSTILL).await {} };
        let still = timeout(PATIENCE, still).await.is_ok();
        self.expects(still, "a standstill");
    }

    /// Notes what the scenario expected in vain.
    pub fn expects(&mut self, came: bool, what: &str) {
        if !came {
            self.disappointments.push(what.to_owned());
        }
    }

    /// Hushes the crowd, waits until everybody has everything, and judges.
    pub async fn end(self, fault: &str) -> Report {
        self.end_judging(fault, |_, entries| entries).await
    }

    /// The same, with a chance to look through the history first. What was broken is kept for
    /// whoever looks for the reason.
    pub async fn end_judging(
        mut self,
        fault: &str,
        look: impl FnOnce(&mut Vec<String>, Vec<Entry>) -> Vec<Entry>,
    ) -> Report {
        let settles = self.crowd.settles(2 * PATIENCE).await;
        self.expects(
            settles,
            "everybody has everything and an answer to every post",
        );
        let end = self.crowd.reads_everything(&self.supervisor.process).await;
        let peak = self.supervisor.peak_mib();
        let entries = look(&mut self.disappointments, self.history.entries());
        let mut report = Report::of(fault, &self.load, &entries, &end, peak);
        report.disappointments = self.disappointments;
        if !report.is_sound() {
            let kept = self.folder.keep();
            let log = self.supervisor.process.log();
            std::fs::write(kept.join("server.log"), log).expect("shared memory has room");
            for (number, node) in self.others.iter().enumerate() {
                let file = kept.join(format!("node{number}.log"));
                std::fs::write(file, node.process.log()).expect("shared memory has room");
            }
            let place = format!("history and log are in {}", kept.display());
            report.verdict.details.push(place);
        }
        report
    }
}

/// Starts a server and its history.
async fn raise(launch: &Launch, data: &Path) -> (Supervisor, History, TempDir) {
    let folder = tempfile::Builder::new()
        .prefix("whatscrap-faults-")
        .tempdir_in(HISTORIES);
    let folder = folder.expect("there is shared memory");
    let history = History::beside(data, &folder.path().join("history.jsonl"));
    let supervisor = Supervisor::start(launch, &history).await;
    (supervisor, history, folder)
}
