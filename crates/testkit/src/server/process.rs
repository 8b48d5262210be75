//! The real binary as a child process: for what only a process can suffer.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::server::site::{PATIENCE, Site};

/// How the binary is to be started: without any variable of this process, in a
/// folder of its own, on a port that it picks.
#[derive(Debug, Clone)]
#[must_use = "nothing runs until it is started"]
pub struct Launch {
    binary: PathBuf,
    data: PathBuf,
    settings: Vec<(String, String)>,
    namespace: Option<String>,
}

impl Launch {
    /// Starts `binary` with its data in `data`, rates off and without metrics.
    /// In the tests of the binary's own package, it is
    /// `env!("CARGO_BIN_EXE_whatscrap")`.
    pub fn of(binary: impl Into<PathBuf>, data: &Path) -> Self {
        let launch = Self {
            binary: binary.into(),
            data: data.to_owned(),
            settings: Vec::new(),
            namespace: None,
        };
        launch
            .set("DATA_DIR", &data.to_string_lossy())
            .set("BIND", "127.0.0.1")
            .set("PORT", "0")
            .set("METRICS_BIND", "")
            .set("RATE_LIMITS", "off")
    }

    /// Sets a variable, in place of its earlier value.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(other, _)| other != name);
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }

    /// Leaves a variable to its default.
    pub fn unset(mut self, name: &str) -> Self {
        self.settings.retain(|(other, _)| other != name);
        self
    }

    /// Runs it in this network namespace.
    pub fn inside(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// Starts the server and returns once it says where it listens.
    ///
    /// # Panics
    /// With all it said, if it ends before that.
    pub async fn start(&self) -> Process {
        let mut child = self.command(&[]).spawn().expect("the binary starts");
        let log = Arc::new(watch::Sender::new(String::new()));
        let (found, mut origin) = watch::channel(None);
        let found = Arc::new(found);
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        tokio::spawn(follow(output.expect("piped"), log.clone(), found.clone()));
        tokio::spawn(follow(errors.expect("piped"), log.clone(), found));
        let told = timeout(PATIENCE, origin.wait_for(Option::is_some)).await;
        let Ok(Ok(origin)) = told.map(|told| told.map(|origin| origin.clone())) else {
            panic!("the server does not listen: {}", *log.borrow());
        };
        let site = Site::at(origin.unwrap_or_default());
        Process {
            launch: self.clone(),
            site,
            child,
            log,
        }
    }

    /// Runs the binary with these arguments until it ends by itself.
    ///
    /// # Panics
    /// If it does not end in time.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let running = self.command(arguments).output();
        // A server looks for its database for half a minute.
        let output = timeout(3 * PATIENCE, running).await;
        let output = output.expect("it ends by itself");
        let output = output.expect("the binary starts");
        Ended {
            status: output.status,
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match &self.namespace {
            Some(name) => {
                let mut command = Command::new("nsenter");
                command.arg(format!("--net=/run/netns/{name}"));
                command.arg(&self.binary);
                command
            }
            None => Command::new(&self.binary),
        };
        command
            .args(arguments)
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(
                self.data
                    .ancestors()
                    .find(|folder| folder.is_dir())
                    .unwrap_or(&self.data),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

/// A run of the binary that is over.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub output: String,
    /// What it complained of.
    pub errors: String,
}

/// A running server; killed with the value. Acts like its [`Site`].
#[derive(Debug)]
pub struct Process {
    launch: Launch,
    site: Site,
    child: Child,
    log: Arc<watch::Sender<String>>,
}

impl Process {
    /// The process's id; 0 once it has ended.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Everything it has printed so far.
    pub fn log(&self) -> String {
        self.log.borrow().clone()
    }

    /// Waits until it has printed this.
    pub async fn says(&self, text: &str) {
        let mut log = self.log.subscribe();
        let said = timeout(PATIENCE, log.wait_for(|log| log.contains(text))).await;
        assert!(said.is_ok(), "it does not say {text:?}: {}", self.log());
    }

    /// `kill -9`: it gets no chance to tidy up.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("a process can be killed");
    }

    /// Sends `SIGTERM`, which asks it to drain.
    pub async fn terminate(&self) {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.expect("kill runs").success(), "the process is there");
    }

    /// Waits for it to end by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = timeout(PATIENCE, self.child.wait()).await;
        ended.expect("it ends by itself").expect("it is our child")
    }

    /// Sets a variable of its next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.launch = self.launch.clone().set(name, value);
    }

    /// Starts it again after its end, on the same port and data.
    pub async fn starts_again(&mut self) {
        let (_, port) = self
            .site
            .origin
            .rsplit_once(':')
            .expect("an origin has a port");
        *self = self.launch.clone().set("PORT", port).start().await;
    }
}

impl Deref for Process {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

/// Collects what the child prints, and looks for where it listens.
async fn follow(
    stream: impl AsyncRead + Unpin,
    log: Arc<watch::Sender<String>>,
    origin: Arc<watch::Sender<Option<String>>>,
) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some((_, address)) = line.split_once("listening on ") {
            let end = address.find(|c: char| c.is_whitespace() || c == '"' || c == '\\');
            let address = address[..end.unwrap_or(address.len())].trim_end_matches('/');
            origin.send_replace(Some(address.to_owned()));
        }
        log.send_modify(|log| {
            log.push_str(&line);
            log.push('\n');
        });
    }
}
