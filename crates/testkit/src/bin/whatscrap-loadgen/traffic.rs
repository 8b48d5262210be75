//! Rooms full of people, some of whom post.

use std::io;
use std::time::Duration;

use clap::Args;
use whatscrap_testkit::Site;

use crate::accounts::Accounts;
use crate::process::Meter;
use crate::report::Counted;
use crate::shape::Shape;
use crate::swarm::{Pace, RoomId, Run, Swarm};

/// Sockets that are opened at once.
const AT_ONCE: usize = 64;

/// How to post.
#[derive(Debug, Clone, Args)]
pub(crate) struct Load {
    /// Posts each sender has on the way at once.
    #[arg(long, default_value_t = 8, conflicts_with = "rate")]
    pub(crate) in_flight: usize,
    /// Posts a second, of all senders together, in place of a number in flight.
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// How long to count.
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
    /// How long to post before that.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) warm_up: f64,
    /// The length of each text.
    #[arg(long, default_value_t = 100)]
    pub(crate) bytes: usize,
}

/// A shape that stands: everyone is there and listens.
pub(crate) struct Scene {
    swarm: Swarm,
    senders: Vec<(usize, RoomId)>,
}

impl Scene {
    /// Lets the accounts make their rooms and come in.
    pub(crate) async fn set(site: &Site, accounts: &Accounts, shape: &Shape) -> io::Result<Self> {
        let rooms = accounts.make_rooms(shape).await;
        let mut swarm = Swarm::new(site.nodes().iter().map(|node| &**node))?;
        let each = shape.sockets_per_account;
        swarm.open(accounts.cookies(each).take(shape.sockets()), AT_ONCE)?;
        swarm.greet(AT_ONCE)?;
        eprintln!("{} sockets in {} rooms", shape.sockets(), shape.rooms);
        let senders = rooms.into_iter().enumerate().flat_map(|(number, room)| {
            let senders = shape.senders_of(number);
            senders.map(move |socket| (socket, room))
        });
        Ok(Self {
            senders: senders.collect(),
            swarm,
        })
    }

    /// Posts and counts.
    pub(crate) fn run(&mut self, load: &Load, meter: Option<&Meter>) -> io::Result<Counted> {
        let mut cpu = Vec::new();
        let run = Run {
            senders: &self.senders,
            pace: load.rate.map_or(Pace::InFlight(load.in_flight), Pace::Rate),
            text: &"x".repeat(load.bytes),
            warm_up: Duration::from_secs_f64(load.warm_up),
            time: Duration::from_secs_f64(load.seconds),
        };
        let measured = self.swarm.run(&run, || cpu.extend(meter.map(Meter::cpu)))?;
        let cpu = cpu.first().zip(cpu.last());
        Ok(Counted {
            measured,
            cpu: cpu.map(|(before, after)| *after - *before),
        })
    }

    /// Posts until so many messages are stored.
    pub(crate) fn fill(&mut self, messages: u64) -> io::Result<()> {
        let load = Load {
            in_flight: 8,
            rate: None,
            seconds: 1.0,
            warm_up: 0.0,
            bytes: 100,
        };
        let mut stored = 0;
        while stored < messages {
            let tally = self.run(&load, None)?.measured.tally;
            if !tally.faults.none() {
                return Err(io::Error::other(format!("{:?}", tally.faults)));
            }
            stored += tally.sent;
        }
        eprintln!("{stored} messages are stored");
        Ok(())
    }

    /// The first of its rooms.
    pub(crate) fn room(&self) -> RoomId {
        self.senders[0].1
    }
}
