//! The SeaORM adapter of every storage port, on SQLite and PostgreSQL.

mod checkpoints;
mod connect;
mod database;
mod entity;
mod gather;
mod messages;
mod migrate;
mod rooms;
mod sessions;
mod store;
mod users;
mod writer;

pub use connect::{ConnectError, Options};
pub use migrate::Migrations;
pub use store::Store;
