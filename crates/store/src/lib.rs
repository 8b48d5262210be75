//! The SeaORM adapter of every storage port, on SQLite and PostgreSQL.

/// A place that a test can name in `FAILPOINTS` to stop or divert what passes; nothing otherwise.
macro_rules! failpoint {
    ($name:literal $(, $divert:expr)?) => {
        #[cfg(feature = "failpoints")]
        fail::fail_point!($name $(, $divert)?);
    };
}

mod attachments;
mod carrier;
mod checkpoints;
mod connect;
mod database;
mod entity;
mod epoch;
mod gather;
mod invites;
mod messages;
mod migrate;
mod push;
mod resets;
mod rooms;
mod search;
mod sessions;
mod settings;
mod store;
mod users;
mod writer;

pub use carrier::PostgresCarrier;
pub use connect::{ConnectError, Options};
pub use epoch::Epoch;
pub use migrate::Migrations;
pub use store::Store;
