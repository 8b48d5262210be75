//! What the operator decides: every variable is also a flag of `whatscrap serve`.

mod database;
mod limits;
mod nodes;
mod s3;
mod secret;
mod values;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_client_ip::ClientIpSource;
use clap::Args;
use whatscrap_kernel::Blobs;
use whatscrap_messages::attachments::FileLimits;
use whatscrap_platform::DiskBlobs;
use whatscrap_platform::webpush::{Contact, Reach};
use whatscrap_realtime::PresenceTiming;
use whatscrap_users::{Password, Policy, RegistrationMode, Username};

pub use database::{DatabaseUrl, DatabaseUrlError};
pub use limits::Limits;
pub use nodes::{Carriage, Nodes};
pub use s3::S3;
pub use secret::Secret;
pub use values::{LogFormat, MetricsBind, PublicUrl, PushEndpoints, Registration, Switch};
use values::{client_ip_source, ip, log_filter, number, public_url};

use crate::Failure;

/// Where metrics are served when nothing is said of it.
pub const DEFAULT_METRICS_BIND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9100);

/// Everything `whatscrap serve` can be told.
#[derive(Debug, Clone, Args)]
pub struct Config {
    #[command(flatten)]
    pub listen: Listen,

    #[command(flatten)]
    pub storage: Storage,

    /// Where people reach the server, as https://chat.example.com [default: taken from requests]
    #[arg(long, env, value_parser = public_url)]
    pub public_url: Option<PublicUrl>,

    /// Who may make an account
    #[arg(long, env, value_enum, default_value_t = Registration::Open)]
    pub registration: Registration,

    /// What names the client: ConnectInfo without a proxy, else the header that your proxy sets
    #[arg(long, env, default_value = "ConnectInfo", value_parser = client_ip_source)]
    pub client_ip_source: ClientIpSource,

    /// Username of the owner, made at the first start instead of by the setup page
    #[arg(long, env, requires = "admin_password")]
    pub admin_username: Option<String>,

    /// Password of that owner
    #[arg(long, env, hide_env_values = true, requires = "admin_username")]
    pub admin_password: Option<Secret>,

    /// One-time secret in the setup link [default: a new one at each start]
    #[arg(long, env, hide_env_values = true)]
    pub setup_token: Option<Secret>,

    /// Whether the rates among the limits hold; off is for load tests
    #[arg(long, env, value_enum, default_value_t = Switch::On)]
    pub rate_limits: Switch,

    /// Where notifications are pushed to: push services on the public Internet, or, for tests, this
    /// machine and nowhere else
    #[arg(long, env, value_enum, default_value_t = PushEndpoints::Public, hide = true)]
    pub push_endpoints: PushEndpoints,

    #[command(flatten)]
    pub limits: Limits,

    /// Where /metrics is served; empty: nowhere [default: 127.0.0.1:9100]
    #[arg(long, env)]
    pub metrics_bind: Option<MetricsBind>,

    #[command(flatten)]
    pub log: Log,

    /// How long sockets wait for what: not for operators, but for tests.
    #[arg(skip)]
    pub timing: Timing,

    #[command(flatten)]
    pub nodes: Nodes,
}

/// How long sockets, and those behind them, are waited for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timing {
    /// By the WebSocket.
    pub sockets: whatscrap_web::Timing,
    /// Until a person is seen otherwise.
    pub presence: PresenceTiming,
}

/// Where people connect to.
#[derive(Debug, Clone, Args)]
pub struct Listen {
    /// Address to listen on
    #[arg(long, env, default_value_t = Ipv4Addr::UNSPECIFIED.into(), value_parser = ip)]
    pub bind: IpAddr,

    /// Port to listen on; 0 picks one and prints it
    #[arg(long, env, default_value_t = 8000, value_parser = number(0..=u16::MAX))]
    pub port: u16,
}

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub struct Storage {
    /// Folder of the database, made if it is missing
    #[arg(long, env, default_value = "./data")]
    pub data_dir: PathBuf,

    /// sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE [default: whatscrap.db in the folder]
    #[arg(long, env, hide_env_values = true)]
    pub database_url: Option<DatabaseUrl>,

    #[command(flatten)]
    pub s3: S3,
}

/// How the server tells what it does.
#[derive(Debug, Clone, Args)]
pub struct Log {
    /// Shape of the log [default: pretty on a terminal, else json]
    #[arg(long, env, value_enum)]
    pub log_format: Option<LogFormat>,

    /// How much is logged, as info or whatscrap_web=debug,info
    #[arg(long, env, default_value = "info", value_parser = log_filter)]
    pub rust_log: String,
}

impl Config {
    /// Refuses what no single value can show to be wrong.
    pub fn check(&self) -> Result<(), Failure> {
        self.nodes.check(&self.storage.database())?;
        self.storage.s3.check()?;
        if self.push_endpoints == PushEndpoints::Loopback
            && !(self.listen.bind.is_loopback() && self.public_url.is_none())
        {
            let fault = "loopback is for tests, on a server that listens on a loopback address and \
                         has no PUBLIC_URL; leave it unset";
            return Err(Failure::setting("PUSH_ENDPOINTS", fault));
        }
        if let (Some(username), Some(password)) = (&self.admin_username, &self.admin_password) {
            let fault = |error| Failure::setting("ADMIN_USERNAME", error);
            let username = Username::parse(username).map_err(fault)?;
            let fault = |error| Failure::setting("ADMIN_PASSWORD", error);
            Password::parse(password.reveal(), &username).map_err(fault)?;
        }
        Ok(())
    }

    /// What of it concerns accounts.
    pub fn accounts(&self) -> Policy {
        Policy {
            registration: match self.registration {
                Registration::Open => RegistrationMode::Open,
                Registration::Invite => RegistrationMode::Invite,
                Registration::Closed => RegistrationMode::Closed,
            },
            throttle: self.rate_limits == Switch::On,
            believed: match self.nodes.carriage() {
                Carriage::None => Policy::default().believed,
                // Another node may end a session while nobody can say so.
                Carriage::Redis | Carriage::Postgres => Duration::from_secs(1),
            },
        }
    }

    /// What of it concerns rooms.
    pub fn rooms(&self) -> whatscrap_rooms::Limits {
        whatscrap_rooms::Limits {
            direct_people: self.limits.max_direct_people,
        }
    }

    /// What of it concerns messages.
    pub fn messages(&self) -> whatscrap_messages::Limits {
        let minutes = self.limits.edit_window_minutes.map(u64::from);
        whatscrap_messages::Limits {
            body_chars: self.limits.max_body_chars,
            edit_window: minutes.map(Duration::from_mins),
        }
    }

    /// What of it concerns files.
    pub fn files(&self) -> FileLimits {
        FileLimits {
            file_bytes: (self.limits.max_upload_mb as u64) << 20,
            user_bytes: self.limits.max_storage_mb_per_user << 20,
        }
    }

    /// Where pushes may go.
    pub fn push_reach(&self) -> Reach {
        match self.push_endpoints {
            PushEndpoints::Public => Reach::Public,
            PushEndpoints::Loopback => Reach::Loopback,
        }
    }

    /// Whom push services may ask about this server.
    pub fn push_contact(&self) -> Option<Contact> {
        let PublicUrl(origin) = self.public_url.as_ref()?;
        Contact::of(origin)
    }

    /// What of it concerns the web side.
    pub fn web(&self) -> whatscrap_web::Config {
        whatscrap_web::Config {
            public_url: self
                .public_url
                .as_ref()
                .map(|PublicUrl(origin)| origin.clone()),
            client_ip_source: self.client_ip_source.clone(),
            rates: (self.rate_limits == Switch::On).then(|| self.limits.rates()),
            timing: self.timing.sockets,
            upload_bytes: self.limits.max_upload_mb << 20,
        }
    }
}

impl Listen {
    /// Address and port.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.bind, self.port)
    }
}

/// Where a server that listens there can be asked from this machine.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        named => named,
    };
    SocketAddr::new(ip, address.port())
}

impl Storage {
    /// Where files are kept.
    pub fn blobs(&self) -> Result<Arc<dyn Blobs>, Failure> {
        match self.s3.bucket() {
            Some(bucket) => self.s3.blobs(bucket, self.files()),
            None => Ok(Arc::new(DiskBlobs::new(self.files()))),
        }
    }

    /// Removes files that were coming in when the process was killed.
    pub async fn clear_unfinished(&self) -> Result<(), Failure> {
        let cleared = DiskBlobs::new(self.files()).clear_unfinished().await;
        cleared.map_err(Failure::cannot)
    }

    fn files(&self) -> PathBuf {
        self.data_dir.join("blobs")
    }

    /// The database: the one that was named, or a file in the data folder.
    pub fn database(&self) -> DatabaseUrl {
        let default = || DatabaseUrl::Sqlite(self.data_dir.join("whatscrap.db"));
        self.database_url.clone().unwrap_or_else(default)
    }
}
