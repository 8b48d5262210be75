use clap::{Args, ValueEnum};

use super::{DatabaseUrl, Secret};
use crate::Failure;

/// The shortest key that nobody guesses.
const SHORTEST_KEY: usize = 16;

/// Whether this server has other nodes, and how they reach each other.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Several nodes")]
pub struct Nodes {
    /// What carries hints between nodes [default: redis if REDIS_URL is set, else none]
    #[arg(long, env, value_enum)]
    pub bus: Option<Carriage>,

    /// The Redis that all nodes share, as redis://:PASSWORD@HOST:6379, or rediss:// with TLS
    #[arg(long, env, hide_env_values = true)]
    pub redis_url: Option<Secret>,

    /// A long secret that all nodes share; `openssl rand -hex 32` makes one
    #[arg(long, env, hide_env_values = true)]
    pub secret_key: Option<Secret>,
}

/// What carries hints between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Carriage {
    /// Nothing: this server is alone.
    None,
    /// Redis, or what speaks as it does.
    Redis,
    /// The PostgreSQL database itself, by LISTEN and NOTIFY.
    Postgres,
}

impl Nodes {
    /// What carries hints between nodes.
    pub fn carriage(&self) -> Carriage {
        let usual = || match self.redis_url() {
            Some(_) => Carriage::Redis,
            None => Carriage::None,
        };
        self.bus.unwrap_or_else(usual)
    }

    /// The address of the Redis, if one is named.
    pub fn redis_url(&self) -> Option<&str> {
        self.redis_url.as_ref().and_then(Secret::given)
    }

    /// The secret that all nodes share, if there is one.
    pub fn secret_key(&self) -> Option<&Secret> {
        self.secret_key.as_ref().filter(|key| key.given().is_some())
    }

    /// Refuses what does not go together.
    pub(super) fn check(&self, database: &DatabaseUrl) -> Result<(), Failure> {
        let carriage = self.carriage();
        if let Some(key) = self.secret_key()
            && key.reveal().len() < SHORTEST_KEY
        {
            let fault =
                "it is too short; accepted: 16 characters or more, as `openssl rand -hex 32` makes";
            return Err(Failure::setting("SECRET_KEY", fault));
        }
        if carriage == Carriage::None {
            return Ok(());
        }
        let variable = match carriage {
            Carriage::Redis if self.bus.is_none() => "REDIS_URL",
            _ => "BUS",
        };
        if matches!(database, DatabaseUrl::Sqlite(_)) {
            let fault = "an SQLite file has one server; several nodes share a PostgreSQL, which \
                         DATABASE_URL names";
            return Err(Failure::setting(variable, fault));
        }
        if carriage == Carriage::Redis && self.redis_url().is_none() {
            let fault = "redis needs REDIS_URL; accepted: none, redis, postgres";
            return Err(Failure::setting("BUS", fault));
        }
        if self.secret_key().is_none() {
            let fault = "several nodes need one secret, the same for all: set it to what \
                         `openssl rand -hex 32` prints";
            return Err(Failure::setting("SECRET_KEY", fault));
        }
        Ok(())
    }
}
