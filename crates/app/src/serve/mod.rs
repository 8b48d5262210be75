//! The server from its start to its end.

mod connections;
mod epoch;
mod files;
mod metrics;
mod owner;
mod port;
mod resets;
mod signals;
mod statuses;

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use whatscrap_realtime::nodes::NodesBus;
use whatscrap_realtime::notifier::{self, Notifier};
use whatscrap_store::Store;
use whatscrap_web::{Server, SetupToken};

use crate::config::{Config, PublicUrl, PushEndpoints, Switch, reachable};
use crate::logging::{self, START};
use crate::nodes::Reach;
use crate::wiring::{self, Domain};
use crate::{Failure, data_dir, database};

/// How long sockets may take to finish their posts and close, once the server is to end.
const SOCKETS_PATIENCE: Duration = Duration::from_secs(7);
/// How long requests may take after that.
const REQUESTS_PATIENCE: Duration = Duration::from_secs(1);
/// How long the store may take to close.
const STORE_PATIENCE: Duration = Duration::from_secs(1);

/// A server that answers. It ends by [`Running::stop`]; dropped, it ends at once.
#[must_use = "dropped, it ends at once"]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its metrics are, if anywhere.
    pub metrics: Option<SocketAddr>,
    server: Server,
    store: Store,
    epoch: epoch::Keeper,
    nodes: Option<Arc<NodesBus>>,
    stop: CancellationToken,
    connections: TaskTracker,
    upkeep: Vec<AbortOnDropHandle<()>>,
    /// Held, not read.
    _lock: Option<File>,
}

/// Serves until SIGTERM or SIGINT, then drains.
pub async fn run(config: &Config) -> Result<(), Failure> {
    logging::init(&config.log);
    // A descriptor a person: the usual soft limit of 1024 is soon reached.
    if let Err(error) = rlimit::increase_nofile_limit(rlimit::INFINITY) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
    let mut signals = signals::listen()?;
    let running = tokio::select! {
        running = start(config) => running?,
        () = signals.recv() => return Ok(()),
    };
    signals.recv().await;
    tracing::info!("asked to end: draining");
    running.stop().await;
    tracing::info!("ended");
    Ok(())
}

/// Takes the ports, opens the database, brings its schema up to date, and answers.
pub async fn start(config: &Config) -> Result<Running, Failure> {
    config.check()?;
    let socket = port::take(&config.listen)?;
    let metrics = metrics::bind(config.metrics_bind).await?;
    data_dir::prepare(&config.storage.data_dir)?;
    let url = config.storage.database();
    let lock = data_dir::lock(&url)?;
    let hub = wiring::hub(config.limits.max_sockets_per_user, config.timing.presence);
    let (feed, inbox) = notifier::feed();
    let reach = Reach::of(config, hub.clone(), feed)?;
    let store = database::open(&url, &reach.told).await?;
    database::migrate(&store).await?;
    let epoch = epoch::Keeper::open(&config.storage, &store).await?;
    let resets = resets::Resets::read(&store).await;
    let resets = resets.map_err(|error| Failure::cannot(database::explain(&error)))?;

    let push = wiring::Push {
        key: data_dir::vapid_key(&config.storage.data_dir, config.nodes.secret_key())?,
        contact: config.push_contact(),
        reach: config.push_reach(),
    };
    config.storage.clear_unfinished().await?;
    let domain = Domain::new(
        &store,
        reach.told.clone(),
        config.accounts(),
        config.rooms(),
        config.messages(),
        push,
        wiring::Kept {
            blobs: config.storage.blobs()?,
            limits: config.files(),
        },
    );
    let token = owner::setup_token(config)?;
    let needs_setup = owner::is_missing(config, &domain.services.users).await?;
    let (users, rooms) = (domain.services.users.clone(), domain.services.rooms.clone());
    let files = domain.services.files.clone();
    let (by, nodes) = (reach.by, reach.nodes());
    let others = reach.listen(&store, &domain);
    let server = Server::new(
        config.web(),
        domain.services,
        hub.clone(),
        domain.clock.clone(),
        domain.ids,
        SetupToken(token.clone()),
        database::readiness(store.clone()),
    );

    let listener = port::listen(socket, &config.listen)?;
    let mut running = Running {
        address: port::address(&listener)?,
        metrics: metrics.as_ref().map(port::address).transpose()?,
        server: server.clone(),
        store,
        epoch: epoch.clone(),
        nodes,
        stop: CancellationToken::new(),
        connections: TaskTracker::new(),
        upkeep: Vec::new(),
        _lock: lock,
    };
    running.answer(listener, whatscrap_web::router(server.clone()));
    let sweeping = server.clone();
    running.keep_up(async move { sweeping.sweep().await });
    running.keep_up(epoch.keep());
    running.keep_up(files::sweep(files));
    if let Some(others) = others {
        running.keep_up(others);
        running.keep_up(async move { server.count_elsewhere().await });
    }
    running.keep_up(Notifier::new(inbox, domain.notifying).run());
    running.keep_up(resets.heed(hub.clone(), users.clone()));
    running.keep_up(statuses::tell_expired(users.clone(), domain.clock.clone()));
    running.keep_up(hub.tell_of_people(users, rooms));
    if let Some(listener) = metrics {
        let recorder = metrics::recorder()?;
        running.answer(listener, metrics::router(recorder.clone()));
        running.keep_up(metrics::upkeep(recorder));
    }
    running.announce(
        config,
        &url.to_string(),
        by,
        needs_setup.then_some(token.as_str()),
    );
    Ok(running)
}

impl Running {
    fn answer(&self, listener: TcpListener, router: Router) {
        self.connections
            .spawn(connections::serve(listener, router, self.stop.clone()));
    }

    fn keep_up(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.upkeep.push(AbortOnDropHandle::new(tokio::spawn(task)));
    }

    /// The few lines that every start prints.
    fn announce(&self, config: &Config, database: &str, by: &str, token: Option<&str>) {
        let version = env!("CARGO_PKG_VERSION");
        let at = reachable(self.address);
        tracing::info!(
            target: START,
            "whatscrap {version} on {database}, {by}, listening on http://{at}"
        );
        if let Some(metrics) = self.metrics {
            tracing::info!("metrics at http://{metrics}/metrics");
        }
        if let Some(token) = token {
            let origin = config
                .public_url
                .as_ref()
                .map(|PublicUrl(origin)| origin.clone());
            let origin = origin.unwrap_or_else(|| format!("http://{at}"));
            tracing::info!(target: START, "make the owner's account at {origin}/setup?token={token}");
        }
        if config.rate_limits == Switch::Off {
            tracing::warn!(target: START, "RATE LIMITS ARE OFF: anyone may flood this server");
        }
        if config.push_endpoints == PushEndpoints::Loopback {
            tracing::warn!(
                target: START,
                "PUSHES GO TO THIS MACHINE ONLY: a setting for tests; no browser is told of anything"
            );
        }
    }

    /// Drains (protocol, guarantee 9): sockets finish their posts and close with 1012 while
    /// `/readyz` says 503, then requests end, then the database is closed. Takes at most 10 s.
    pub async fn stop(self) {
        if let Some(nodes) = &self.nodes {
            nodes.says_goodbye();
        }
        if timeout(SOCKETS_PATIENCE, self.server.drain())
            .await
            .is_err()
        {
            tracing::warn!("some sockets did not close in time");
        }
        self.stop.cancel();
        self.connections.close();
        if timeout(REQUESTS_PATIENCE, self.connections.wait())
            .await
            .is_err()
        {
            tracing::warn!("some requests did not end in time");
        }
        let closed = async {
            self.epoch.note().await;
            self.store.close().await
        };
        match timeout(STORE_PATIENCE, closed).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the database did not close cleanly"),
            Err(_) => tracing::warn!("the database did not close in time"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
