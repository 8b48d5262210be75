//! What all scenarios have in common: a server, a crowd, a history.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use crate::faults::proxy::Proxy;
use crate::faults::{Crowd, History, Load, Report, Supervisor};
use crate::server::{Launch, Site};

/// Histories are kept in memory: on no disk that a scenario breaks.
const HISTORIES: &str = "/dev/shm";

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
    /// The server.
    pub supervisor: Supervisor,
    /// Its people.
    pub crowd: Crowd,
    /// What they did and saw.
    pub history: History,
    load: Load,
    folder: TempDir,
}

impl Play {
    /// Starts a server on `data` and brings a crowd to it, which begins to talk.
    pub async fn begin(launch: &Launch, data: &Path, load: &Load) -> Self {
        let (supervisor, history, folder) = raise(launch, data).await;
        let site = (*supervisor.process).clone();
        Self::gather(&site, load, supervisor, history, folder).await
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
        let mut crowd = Crowd::gather(site, load, &history).await;
        crowd.speak(true);
        let spoke = crowd.acks_more(1, Duration::from_secs(20)).await;
        assert!(spoke, "the crowd talks: {}", supervisor.process.log());
        Self {
            supervisor,
            crowd,
            history,
            load: load.clone(),
            folder,
        }
    }

    /// Hushes the crowd, waits until everybody has everything, and judges. What was broken is
    /// kept for whoever looks for the reason.
    pub async fn end(mut self, fault: &str) -> Report {
        self.crowd.settles(Duration::from_secs(40)).await;
        let end = self.crowd.reads_everything(&self.supervisor.process).await;
        let peak = self.supervisor.peak_mib();
        let mut report = Report::of(fault, &self.load, &self.history, &end, peak);
        if report.verdict.broken() > 0 {
            let kept = self.folder.keep();
            let log = self.supervisor.process.log();
            std::fs::write(kept.join("server.log"), log).expect("shared memory has room");
            let where_to = format!("history and log are in {}", kept.display());
            report.verdict.details.push(where_to);
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
