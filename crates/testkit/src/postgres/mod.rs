//! Throwaway PostgreSQL databases for tests.

mod cluster;
mod harm;

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use uuid::Uuid;

use self::cluster::{Cluster, binaries};
pub use self::harm::{Durable, Signal};
use crate::needs;

/// An empty PostgreSQL database of one test's own; dropped with the value.
#[derive(Debug)]
pub struct Database {
    /// What `DATABASE_URL` is to be.
    pub url: String,
    name: String,
    server: &'static Server,
}

/// Creates an empty database, on the server that `TEST_DATABASE_URL` names or
/// else on a throwaway cluster that this process starts once and that is
/// removed when the process ends, also by a panic or a signal.
///
/// `None`, after a loud message, where there is no PostgreSQL.
pub async fn database() -> Option<Database> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    tokio::task::spawn_blocking(|| {
        let Some(server) = SERVER.get_or_init(Server::find) else {
            missing();
            return None;
        };
        let name = fresh_name();
        server.execute(&format!("CREATE DATABASE {name}"));
        let url = server.url.replace("{database}", &name);
        Some(Database { url, name, server })
    })
    .await
    .expect("creating a database does not panic")
}

fn missing() {
    needs::missing(
        "PostgreSQL",
        "install its server (Debian: apt-get install postgresql) or set TEST_DATABASE_URL",
    );
}

impl Database {
    /// Takes it from whoever is connected.
    pub(crate) fn end(&self) {
        let end = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        self.server.execute(&end);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.server.is_borrowed() && !std::thread::panicking() {
            self.end();
        }
    }
}

/// A running PostgreSQL: borrowed from the environment, or ours.
#[derive(Debug)]
struct Server {
    /// Has `{database}` where a database's name goes.
    url: String,
    psql: PathBuf,
    /// `None` if it is not ours.
    cluster: Option<Cluster>,
}

impl Server {
    fn find() -> Option<Self> {
        if let Ok(url) = env::var("TEST_DATABASE_URL") {
            let psql = binaries().map_or_else(|| "psql".into(), |folder| folder.join("psql"));
            return Some(Self {
                url: with_placeholder(&url),
                psql,
                cluster: None,
            });
        }
        let binaries = binaries()?;
        let cluster = Cluster::start(&binaries, &["fsync=off"]);
        Some(Self {
            url: cluster.url("{database}"),
            psql: binaries.join("psql"),
            cluster: Some(cluster),
        })
    }

    fn is_borrowed(&self) -> bool {
        self.cluster.is_none()
    }

    fn execute(&self, sql: &str) {
        let output = Command::new(&self.psql)
            .args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "-c", sql])
            .arg(self.url.replace("{database}", "postgres"))
            .output()
            .expect("psql runs");
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sql}: {problem}");
    }
}

/// Puts `{database}` in the place of a URL's database name.
fn with_placeholder(url: &str) -> String {
    let (address, query) = url.split_once('?').map_or((url, ""), |(a, q)| (a, q));
    let host = address.find("://").map_or(0, |scheme| scheme + 3);
    let end = address[host..]
        .find('/')
        .map_or(address.len(), |at| host + at);
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    format!("{}/{{database}}{query}", &address[..end])
}

#[expect(
    clippy::disallowed_methods,
    reason = "names a test's database, no row of ours"
)]
fn fresh_name() -> String {
    format!("whatscrap_{}", Uuid::now_v7().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_everything_but_its_database() {
        for (url, expected) in [
            ("postgres://me@db/mine", "postgres://me@db/{database}"),
            ("postgres://me@db", "postgres://me@db/{database}"),
            (
                "postgres://me@db:1/x?sslmode=require",
                "postgres://me@db:1/{database}?sslmode=require",
            ),
        ] {
            assert_eq!(with_placeholder(url), expected);
        }
    }

    #[tokio::test]
    async fn each_database_is_its_own() {
        let (Some(first), Some(second)) = tokio::join!(database(), database()) else {
            return;
        };
        assert_ne!(first.url, second.url);
    }
}
