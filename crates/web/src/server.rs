use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use axum_client_ip::ClientIpSource;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use whatscrap_kernel::{Clock, Ids};
use whatscrap_realtime::Hub;
use whatscrap_rooms::Roommate;

use crate::Rates;
use crate::headers::content_security_policy;
use crate::limits::{self, Limits};
use crate::receiving::Receiving;
use crate::templates::{self, Templates};
use crate::uploads::Uploads;
use crate::views::RoommateView;
use crate::ws::Pasts;

/// What the operator decided about the web side.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme and host under which people reach the server, without a path, as
    /// `https://chat.example.com`. Without it both are taken from each request.
    pub public_url: Option<String>,
    /// Which header, if any, names the client; a proxy is trusted only if this names one.
    pub client_ip_source: ClientIpSource,
    /// How often things may be done; `None` switches the rates off.
    pub rates: Option<Rates>,
    /// How long the WebSocket waits for what.
    pub timing: Timing,
    /// The most bytes of a file that somebody uploads.
    pub upload_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: None,
            client_ip_source: ClientIpSource::ConnectInfo,
            rates: Some(Rates::default()),
            timing: Timing::default(),
            upload_bytes: 25 << 20,
        }
    }
}

/// How long the WebSocket waits for what.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// Between two pings, give or take a tenth.
    pub heartbeat: Duration,
    /// For any frame after a ping.
    pub answer: Duration,
    /// For the first frame.
    pub hello: Duration,
    /// For the end of the closing handshake.
    pub close: Duration,
    /// Between two looks whether the session still stands.
    pub session: Duration,
    /// Over how long reconnects are spread after a restart.
    pub reconnect_spread: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(25),
            answer: Duration::from_secs(10),
            hello: Duration::from_secs(10),
            close: Duration::from_secs(10),
            session: Duration::from_mins(10),
            reconnect_spread: Duration::from_secs(5),
        }
    }
}

/// The domain, as the handlers call it.
#[derive(Clone)]
pub struct Services {
    /// Accounts and sessions.
    pub users: whatscrap_users::Service,
    /// What the whole server has in common.
    pub workspace: whatscrap_users::Workspace,
    /// Rooms and membership.
    pub rooms: whatscrap_rooms::Service,
    /// Messages.
    pub messages: whatscrap_messages::Service,
    /// What was said, by its words.
    pub search: whatscrap_messages::search::Service,
    /// The devices that people are told on.
    pub notifications: whatscrap_messages::notify::Service,
    /// People's pictures.
    pub portraits: whatscrap_users::Portraits,
    /// The files of messages.
    pub files: whatscrap_messages::Files,
}

/// Says why the server is not ready, a sentence a reason; none if it is.
pub type Readiness = Arc<dyn Fn() -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// The one-time secret in the link that the server prints while it has no account.
#[derive(Clone)]
pub struct SetupToken(pub String);

/// What every handler shares.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

/// See [`Server`].
pub struct Shared {
    pub(crate) services: Services,
    pub(crate) hub: Arc<Hub>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) config: Config,
    pub(crate) setup_token: SetupToken,
    pub(crate) readiness: Readiness,
    pub(crate) templates: Templates,
    pub(crate) content_security_policy: HeaderValue,
    pub(crate) limits: Limits,
    pub(crate) pasts: Pasts,
    pub(crate) uploads: Uploads,
    pub(crate) receiving: Receiving,
    pub(crate) draining: CancellationToken,
    pub(crate) sockets: TaskTracker,
}

impl Server {
    /// Puts together what the handlers share.
    pub fn new(
        config: Config,
        services: Services,
        hub: Arc<Hub>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        setup_token: SetupToken,
        readiness: Readiness,
    ) -> Self {
        let templates = Templates::new();
        let hashes = templates.script_hashes();
        Self(Arc::new(Shared {
            content_security_policy: content_security_policy(&hashes, templates::TRUSTED_TYPES),
            services,
            clock,
            ids,
            setup_token,
            readiness,
            templates,
            limits: Limits::new(config.rates, hub.spending().clone()),
            hub,
            pasts: Pasts::new(),
            uploads: Uploads::new(config.upload_bytes),
            receiving: Receiving::default(),
            draining: CancellationToken::new(),
            sockets: TaskTracker::new(),
            config,
        }))
    }

    /// Forgets, from time to time, whom the rates need not remember. Runs for ever.
    pub async fn sweep(&self) {
        let mut every = tokio::time::interval(limits::FORGET_EVERY);
        loop {
            every.tick().await;
            self.limits.forget_the_quiet();
        }
    }

    /// Counts what people did on other nodes against the rates of this one. Runs for ever.
    pub async fn count_elsewhere(&self) {
        self.limits.count_elsewhere().await;
    }

    /// A member of a room, and how they are seen.
    pub(crate) fn roommate(&self, roommate: &Roommate) -> RoommateView {
        let presence = self.hub.presence(roommate.user.id);
        RoommateView::new(roommate, presence)
    }

    /// Begins to drain: `/readyz` says so, no socket is taken in, and every open one finishes its
    /// posts, says `bye` and closes with 1012. Completes when the last has closed.
    pub async fn drain(&self) {
        self.draining.cancel();
        self.sockets.close();
        self.sockets.wait().await;
    }
}

impl Deref for Server {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
