//! A whole server inside the test's own process.

use std::env;
use std::ops::Deref;

use futures_util::future::BoxFuture;
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};
use whatscrap_app::cli::{self, Command};
use whatscrap_app::config::{Config, Timing};
use whatscrap_app::serve::{self, Running};

use crate::postgres::{self, Database};
use crate::redis::Redis;
use crate::server::site::Site;

/// How many nodes a server of several has.
const NODES: usize = 3;

/// A server with a database of its own, on a port of its own, with rates off.
/// Acts like its [`Site`]; ends, and leaves nothing behind, with the value.
///
/// With `TEST_NODES=redis` or `TEST_NODES=postgres` in the environment every
/// server is three nodes on one PostgreSQL, joined by that, and people come to
/// each in turn: the same stories are then told of a cluster.
pub struct App {
    site: Site,
    running: Mutex<Vec<Running>>,
    _data: TempDir,
    database: Option<Database>,
}

/// What joins the nodes of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// A Redis, which all tests share.
    Redis,
    /// The PostgreSQL that they are on.
    Postgres,
}

impl App {
    /// A fresh server on a SQLite file.
    pub async fn on_sqlite() -> Self {
        Self::start(&[], None).await
    }

    /// A fresh server on a throwaway PostgreSQL database; `None`, after a loud
    /// message, where there is no PostgreSQL.
    pub async fn on_postgresql() -> Option<Self> {
        let database = postgres::database().await?;
        Some(Self::start(&[], Some(database)).await)
    }

    /// [`App::on_postgresql`], with these flags of `whatscrap serve`.
    pub async fn on_postgresql_with(flags: &[&str]) -> Option<Self> {
        let database = postgres::database().await?;
        Some(Self::start(flags, Some(database)).await)
    }

    /// A fresh server on a SQLite file with these flags of `whatscrap serve`,
    /// as `--rate-limits=on`.
    pub async fn with(flags: &[&str]) -> Self {
        Self::start(flags, None).await
    }

    /// A fresh server on a SQLite file that waits less long for people.
    pub async fn in_a_hurry(timing: Timing) -> Self {
        Self::start_with(&[], None, timing).await
    }

    /// A fresh server of three nodes with these flags; `None`, after a loud
    /// message, where the machine lacks what joins them.
    pub async fn on_nodes(joined: Joined, flags: &[&str]) -> Option<Self> {
        let database = postgres::database().await?;
        let nodes = joined.flags().await?;
        Some(Self::run(flags, Some(database), Timing::default(), Some(nodes)).await)
    }

    async fn start(flags: &[&str], database: Option<Database>) -> Self {
        Self::start_with(flags, database, Timing::default()).await
    }

    async fn start_with(flags: &[&str], database: Option<Database>, timing: Timing) -> Self {
        let Some(joined) = Joined::wanted() else {
            return Self::run(flags, database, timing, None).await;
        };
        let nodes = joined.flags().await.expect("TEST_NODES asks for it");
        let database = match database {
            None => postgres::database().await,
            some => some,
        };
        Self::run(flags, database, timing, Some(nodes)).await
    }

    async fn run(
        flags: &[&str],
        database: Option<Database>,
        timing: Timing,
        nodes: Option<Vec<String>>,
    ) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let folder = data.path().display();
        let url = match &database {
            Some(database) => database.url.clone(),
            None => format!("sqlite:{folder}/whatscrap.db"),
        };
        let own = [
            "whatscrap".to_owned(),
            "serve".to_owned(),
            "--bind=127.0.0.1".to_owned(),
            "--port=0".to_owned(),
            "--metrics-bind=".to_owned(),
            format!("--data-dir={folder}"),
            format!("--database-url={url}"),
        ];
        let rates = flags.iter().any(|flag| flag.starts_with("--rate-limits"));
        let rates = (!rates).then(|| "--rate-limits=off".to_owned());
        let flags = flags.iter().map(|flag| (*flag).to_owned());
        let count = if nodes.is_some() { NODES } else { 1 };
        let nodes = nodes.into_iter().flatten();
        let line = own.into_iter().chain(rates).chain(nodes).chain(flags);
        let mut config = match cli::parse(line.map(Into::into)) {
            Ok(Some(Command::Serve(config))) => config,
            other => panic!("these are the flags of a server: {other:?}"),
        };
        config.timing = timing;
        let mut running = Vec::new();
        for _ in 0..count {
            running.push(start(&config).await);
        }
        let origins = running
            .iter()
            .map(|node| format!("http://{}", node.address));
        Self {
            site: Site::of_nodes(origins.map(Into::into).collect()),
            running: Mutex::new(running),
            _data: data,
            database,
        }
    }

    /// Takes a PostgreSQL database from under the server.
    pub async fn loses_its_database(&mut self) {
        if let Some(database) = self.database.take() {
            let ending = tokio::task::spawn_blocking(move || database.end());
            ending.await.expect("a database is dropped");
        }
    }

    /// Ends the server the way SIGTERM does, and returns when it has ended.
    pub async fn drain(&self) {
        for running in self.running.lock().await.drain(..) {
            running.stop().await;
        }
    }
}

async fn start(config: &Config) -> Running {
    // Boxed: what every test awaits is deep enough without it.
    let starting: BoxFuture<'_, _> = Box::pin(serve::start(config));
    starting.await.expect("the server starts")
}

impl Joined {
    /// What the environment asks for.
    fn wanted() -> Option<Self> {
        match env::var("TEST_NODES").ok()?.as_str() {
            "redis" => Some(Self::Redis),
            "postgres" => Some(Self::Postgres),
            other => panic!("TEST_NODES={other}: redis or postgres"),
        }
    }

    /// The flags of nodes that are joined so, and to nobody else.
    async fn flags(self) -> Option<Vec<String>> {
        let key = format!("--secret-key={}", crate::fresh_client_id());
        let by = match self {
            Self::Redis => {
                static REDIS: OnceCell<Option<Redis>> = OnceCell::const_new();
                let redis = REDIS.get_or_init(Redis::start).await.as_ref()?;
                format!("--redis-url={}", redis.url)
            }
            Self::Postgres => "--bus=postgres".to_owned(),
        };
        Some(vec![key, by])
    }
}

impl Deref for App {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}
