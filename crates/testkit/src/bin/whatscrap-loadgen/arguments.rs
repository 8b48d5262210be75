//! What is asked of the generator.

use clap::{Args, Parser, Subcommand};

use crate::figures::Figures;
use crate::idle::Idle;
use crate::pages::Pages;
use crate::process::Meter;
use crate::report::precise;
use crate::selftest::SelfTest;
use crate::shape::Shape;
use crate::simulate::Simulation;
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
    /// Store messages, and time pages over them.
    Pages {
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        pages: Pages,
    },
    /// Measure the figures of docs/performance.md, each on a fresh server.
    Figures(Figures),
    /// Reckon what many nodes would cost, for docs/scaling.md.
    Simulate(Simulation),
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
    /// Processes that share the rooms.
    #[arg(long, default_value_t = 1)]
    pub(crate) processes: usize,
    /// Be one of several processes.
    #[arg(long, hide = true)]
    pub(crate) worker: bool,
}

impl Traffic {
    /// What each of its processes is asked for: a share of the rooms, and of the rate.
    pub(crate) fn shares(&self) -> impl Iterator<Item = Vec<String>> {
        let rooms = self.shape.rooms;
        let processes = self.processes.min(rooms);
        (0..processes).map(move |number| {
            let share = (rooms + number) / processes;
            let mut arguments = vec!["--worker".to_owned()];
            let mut ask = |name: &str, value: String| arguments.push(format!("--{name}={value}"));
            ask("url", self.server.url.clone());
            ask("rooms", share.to_string());
            ask("members", self.shape.members.to_string());
            ask("senders", self.shape.senders.to_string());
            ask(
                "sockets-per-account",
                self.shape.sockets_per_account.to_string(),
            );
            ask("seconds", self.load.seconds.to_string());
            ask("warm-up", self.load.warm_up.to_string());
            ask("bytes", self.load.bytes.to_string());
            if let Some(rate) = self.load.rate {
                let share = rate * precise(share as u64) / precise(rooms as u64);
                ask("rate", share.to_string());
            } else {
                ask("in-flight", self.load.in_flight.to_string());
            }
            for (name, process) in [
                ("pid", self.server.pid),
                ("database-pid", self.server.database_pid),
            ] {
                if let Some(process) = process {
                    ask(name, process.to_string());
                }
            }
            arguments
        })
    }
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
            nodes: vec![server],
            database: self.database_pid,
            redis: None,
        })
    }
}
