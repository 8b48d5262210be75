//! What is asked of the generator.

use clap::Parser;

/// Drives a `WhatsCrap` server started with `RATE_LIMITS=off`.
#[derive(Debug, Parser)]
#[command(name = "whatscrap-loadgen", version)]
pub(crate) struct Arguments {
    /// The server's address.
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    pub(crate) url: String,
    /// Rooms, each with its own members.
    #[arg(long, default_value_t = 10)]
    pub(crate) rooms: usize,
    /// Sockets in each room.
    #[arg(long, default_value_t = 100)]
    pub(crate) members: usize,
    /// Those of them that post.
    #[arg(long, default_value_t = 10)]
    pub(crate) senders: usize,
    /// Posts each sender has on the way at once.
    #[arg(long, default_value_t = 8, conflicts_with = "rate")]
    pub(crate) in_flight: usize,
    /// Posts a second, of all senders together, in place of a number in flight.
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// How long to post.
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
    /// The length of each text.
    #[arg(long, default_value_t = 100)]
    pub(crate) bytes: usize,
    /// Sockets each account opens; accounts are slow to make.
    #[arg(long, default_value_t = 1)]
    pub(crate) sockets_per_account: usize,
    /// Open this many sockets that only listen, and nothing else.
    #[arg(long)]
    pub(crate) idle: Option<usize>,
    /// The server's process, to report its memory and time.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
}
