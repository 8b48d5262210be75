//! The binary `whatscrap` as a library: configuration, wiring, commands.

pub mod cli;
pub mod commands;
pub mod config;
mod data_dir;
mod database;
mod failure;
mod logging;
mod nodes;
mod random;
pub mod serve;
mod wiring;

pub use failure::Failure;
