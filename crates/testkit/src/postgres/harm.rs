//! A PostgreSQL that can be harmed.

use std::sync::{Arc, Mutex};

use super::cluster::{Cluster, binaries};
use super::missing;

/// How a cluster is made to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// `pg_ctl stop -m fast`: what is under way is rolled back.
    Fast,
    /// `pg_ctl stop -m immediate`: the next start recovers from the log.
    Immediate,
    /// `kill -9` of the postmaster.
    Kill,
}

/// A cluster of one test's own, which syncs every commit to the disk. Its
/// database is empty at first. Gone with the value, and also by a panic or a
/// signal.
#[derive(Debug)]
pub struct Durable {
    /// What `DATABASE_URL` is to be.
    pub url: String,
    cluster: Arc<Mutex<Cluster>>,
}

impl Durable {
    /// Starts one; `None`, after a loud message, where there is no PostgreSQL.
    pub async fn start() -> Option<Self> {
        let start = || {
            let Some(binaries) = binaries() else {
                missing();
                return None;
            };
            Some(Cluster::start(&binaries, &["fsync=on"]))
        };
        let started = tokio::task::spawn_blocking(start).await;
        let cluster = started.expect("the cluster starts")?;
        Some(Self {
            url: cluster.url("postgres"),
            cluster: Arc::new(Mutex::new(cluster)),
        })
    }

    /// Ends it, and returns once the postmaster is gone.
    pub async fn stops(&self, signal: Signal) {
        self.obeys(match signal {
            Signal::Fast => "stop INT",
            Signal::Immediate => "stop QUIT",
            Signal::Kill => "stop KILL",
        })
        .await;
    }

    /// Starts it again, and returns once it accepts connections.
    pub async fn starts_again(&self) {
        self.obeys("start").await;
    }

    /// Stops every process of it where it stands: connections stay open, and
    /// nothing answers.
    pub async fn hangs(&self) {
        self.obeys("signal STOP").await;
    }

    /// Lets every process go on.
    pub async fn goes_on(&self) {
        self.obeys("signal CONT").await;
    }

    async fn obeys(&self, order: &'static str) {
        let cluster = self.cluster.clone();
        let obeyed = tokio::task::spawn_blocking(move || {
            cluster.lock().expect("unpoisoned").obey(order);
        });
        obeyed.await.expect("the cluster obeys");
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn answers(url: &str) -> bool {
        let psql = binaries().expect("it is running").join("psql");
        let asked = Command::new(psql)
            .args(["--no-psqlrc", "-c", "SELECT 1", url])
            .env("PGCONNECT_TIMEOUT", "2")
            .output();
        asked.expect("psql runs").status.success()
    }

    #[tokio::test]
    async fn a_cluster_survives_every_end() {
        let Some(cluster) = Durable::start().await else {
            return;
        };
        for signal in [Signal::Fast, Signal::Immediate, Signal::Kill] {
            cluster.stops(signal).await;
            assert!(!answers(&cluster.url), "{signal:?}");
            cluster.starts_again().await;
            assert!(answers(&cluster.url), "{signal:?}");
        }
        cluster.hangs().await;
        assert!(!answers(&cluster.url));
        cluster.goes_on().await;
        assert!(answers(&cluster.url));
    }
}
