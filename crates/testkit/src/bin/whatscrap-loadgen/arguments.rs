//! What is asked of the generator.

use clap::{Args, Parser, Subcommand};

use crate::idle::Idle;
use crate::process::Meter;
use crate::selftest::SelfTest;
use crate::shape::Shape;
use crate::traffic::Load;

/// Drives a `WhatsCrap` server started with `RATE_LIMITS=off`. Without a
/// command, rooms full of people talk.
#[derive(Debug, Parser)]
#[command(
    name = "whatscrap-loadgen",
    version,
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) traffic: Traffic,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open sockets that only listen.
    Idle {
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        idle: Idle,
    },
    /// Hear a feed of the generator's own, to see how much it can take.
    SelfTest(SelfTest),
}

/// Rooms full of people, some of whom post.
#[derive(Debug, Args)]
pub(crate) struct Traffic {
    #[command(flatten)]
    pub(crate) server: Server,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) load: Load,
}

/// The server that is driven.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// The server's address.
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    pub(crate) url: String,
    /// The server's process, to report its memory and time.
    #[arg(long)]
    pub(crate) pid: Option<u32>,
    /// PostgreSQL's first process, whose time is added to the server's.
    #[arg(long, requires = "pid")]
    pub(crate) database_pid: Option<u32>,
    /// Report in JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Server {
    /// What measures its processes.
    pub(crate) fn meter(&self) -> Option<Meter> {
        self.pid.map(|server| Meter {
            server,
            database: self.database_pid,
        })
    }
}
