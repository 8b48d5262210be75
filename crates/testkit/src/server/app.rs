//! A whole server inside the test's own process.

use std::ops::Deref;

use tempfile::TempDir;
use tokio::sync::Mutex;
use whatscrap_app::cli::{self, Command};
use whatscrap_app::config::Timing;
use whatscrap_app::serve::{self, Running};

use crate::postgres::{self, Database};
use crate::server::site::Site;

/// A server with a database of its own, on a port of its own, with rates off.
/// Acts like its [`Site`]; ends, and leaves nothing behind, with the value.
pub struct App {
    site: Site,
    running: Mutex<Option<Running>>,
    _data: TempDir,
    _database: Option<Database>,
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

    async fn start(flags: &[&str], database: Option<Database>) -> Self {
        Self::start_with(flags, database, Timing::default()).await
    }

    async fn start_with(flags: &[&str], database: Option<Database>, timing: Timing) -> Self {
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
        let line = own.into_iter().chain(rates).chain(flags);
        let mut config = match cli::parse(line.map(Into::into)) {
            Ok(Some(Command::Serve(config))) => config,
            other => panic!("these are the flags of a server: {other:?}"),
        };
        config.timing = timing;
        let running = serve::start(&config).await.expect("the server starts");
        Self {
            site: Site::at(format!("http://{}", running.address)),
            running: Mutex::new(Some(running)),
            _data: data,
            _database: database,
        }
    }

    /// Ends the server the way SIGTERM does, and returns when it has ended.
    pub async fn drain(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.stop().await;
        }
    }
}

impl Deref for App {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}
