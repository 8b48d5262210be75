//! A server of a figure's own, with a database of its own, on a core of their own.

use std::fs;
use std::io;
use std::path::Path;

use clap::ValueEnum;
use tempfile::TempDir;
use whatscrap_testkit::postgres::Durable;
use whatscrap_testkit::redis::Redis;
use whatscrap_testkit::{Joined, Launch, Process, Site};

use super::cores;
use crate::process::Meter;

/// Where messages are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A running server; gone with the value.
pub(crate) struct House {
    site: Site,
    nodes: Vec<Process>,
    redis: Option<Redis>,
    database: Option<Durable>,
    _data: TempDir,
}

impl House {
    /// Starts a server that syncs every commit to the disk.
    pub(crate) async fn open(
        binary: &Path,
        database: Database,
        sockets_per_user: usize,
    ) -> io::Result<Self> {
        Self::open_nodes(binary, database, sockets_per_user, 1, None).await
    }

    /// The same of so many nodes, joined in that way.
    pub(crate) async fn open_nodes(
        binary: &Path,
        database: Database,
        sockets_per_user: usize,
        nodes: usize,
        joined: Option<Joined>,
    ) -> io::Result<Self> {
        let data = tempfile::tempdir()?;
        cores::move_to(cores::SERVER)?;
        let database = match database {
            Database::Sqlite => None,
            Database::Postgres => {
                let started = Durable::start().await;
                Some(started.ok_or_else(|| io::Error::other("there is no PostgreSQL"))?)
            }
        };
        let mut launch = Launch::of(binary, data.path())
            .set("MAX_SOCKETS_PER_USER", &sockets_per_user.to_string());
        if let Some(database) = &database {
            launch = launch.set("DATABASE_URL", &database.url);
        }
        let redis = match joined {
            Some(Joined::Redis) => {
                let redis = Redis::start().await;
                let redis = redis.ok_or_else(|| io::Error::other("there is no Redis"))?;
                launch = launch.set("REDIS_URL", &redis.url);
                Some(redis)
            }
            Some(Joined::Postgres) => {
                launch = launch.set("BUS", "postgres");
                None
            }
            None => None,
        };
        if joined.is_some() {
            launch = launch.set("SECRET_KEY", "a secret of the nodes of a figure");
        }
        let mut running = Vec::new();
        for _ in 0..nodes {
            running.push(launch.start().await);
        }
        cores::move_to(cores::GENERATOR)?;
        let origins = running.iter().map(|node| node.origin.clone());
        Ok(Self {
            site: Site::of_nodes(origins.collect()),
            nodes: running,
            redis,
            database,
            _data: data,
        })
    }

    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    /// What measures the nodes, their database and what joins them.
    pub(crate) fn meter(&self) -> io::Result<Meter> {
        let database = self.database.as_ref().map(postmaster).transpose()?;
        Ok(Meter {
            nodes: self.nodes.iter().map(Process::id).collect(),
            database,
            redis: self.redis.as_ref().map(Redis::id),
        })
    }
}

/// The cluster's first process, which it writes into a file of its folder.
fn postmaster(database: &Durable) -> io::Result<u32> {
    let (_, folder) = database.url.split_once("?host=").unwrap_or_default();
    let file = fs::read_to_string(Path::new(folder).join("data/postmaster.pid"))?;
    let process = file.lines().next().and_then(|line| line.parse().ok());
    process.ok_or_else(|| io::Error::other("the cluster does not say which process it is"))
}
