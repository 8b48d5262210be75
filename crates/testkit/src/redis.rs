//! Throwaway Redis servers, which can be harmed.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::companion::Companion;
use crate::needs;

/// A Redis of one test's own, which keeps nothing. Gone with the value, and also by a panic or a
/// signal.
#[derive(Debug)]
pub struct Redis {
    /// What `REDIS_URL` is to be.
    pub url: String,
    /// Where it listens, on this machine.
    pub port: u16,
    shell: Arc<Mutex<Companion>>,
}

impl Redis {
    /// Starts one; `None`, after a loud message, where there is no Redis.
    pub async fn start() -> Option<Self> {
        Self::start_with("127.0.0.1", None).await
    }

    /// The same, heard at this address of this machine.
    pub async fn start_at(address: &str) -> Option<Self> {
        Self::start_with(address, None).await
    }

    /// Starts one that speaks TLS, with keys in this folder: `ca.crt` is its authority.
    pub async fn start_encrypted(keys: &Path) -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            needs::missing("openssl", "install it (Debian: apt-get install openssl)");
            return None;
        }
        Self::start_with("127.0.0.1", Some(keys)).await
    }

    async fn start_with(address: &str, keys: Option<&Path>) -> Option<Self> {
        let is_there = Command::new("redis-server").arg("--version").output();
        if is_there.is_err() {
            needs::missing(
                "Redis",
                "install its server (Debian: apt-get install redis-server)",
            );
            return None;
        }
        let scheme = if keys.is_some() { "rediss" } else { "redis" };
        let (host, keys) = (address.to_owned(), keys.map(Path::to_owned));
        let started = tokio::task::spawn_blocking(move || {
            const SCRIPT: &str = include_str!("redis.sh");
            let port = free_port(&host);
            let mut command = Command::new("sh");
            command.args(["-c", SCRIPT, "redis.sh", &host]);
            command.arg(port.to_string()).args(keys).current_dir("/");
            (port, Companion::start(&mut command).0)
        });
        let (port, shell) = started.await.expect("Redis starts");
        Some(Self {
            url: format!("{scheme}://{address}:{port}"),
            port,
            shell: Arc::new(Mutex::new(shell)),
        })
    }

    /// Its process; another after each start.
    pub fn id(&self) -> u32 {
        let mut shell = self.shell.lock().expect("unpoisoned");
        let process = shell.obeys("process");
        process.parse().expect("a process has a number")
    }

    /// Kills it, and with it all that it knew.
    pub async fn stops(&self) {
        self.obeys("stop").await;
    }

    /// Starts it again, empty, and returns once it answers.
    pub async fn starts_again(&self) {
        self.obeys("start").await;
    }

    /// Stops it where it stands: connections stay open, and nothing answers.
    pub async fn hangs(&self) {
        self.obeys("signal STOP").await;
    }

    /// Lets it go on.
    pub async fn goes_on(&self) {
        self.obeys("signal CONT").await;
    }

    /// Cuts the connections of all who are subscribed to anything.
    pub async fn drops_subscribers(&self) {
        self.obeys("tell CLIENT KILL TYPE pubsub").await;
    }

    async fn obeys(&self, order: &'static str) {
        let shell = self.shell.clone();
        let obeyed = tokio::task::spawn_blocking(move || {
            shell.lock().expect("unpoisoned").obeys(order);
        });
        obeyed.await.expect("Redis obeys");
    }
}

fn free_port(address: &str) -> u16 {
    let listener = TcpListener::bind((address, 0)).expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}
