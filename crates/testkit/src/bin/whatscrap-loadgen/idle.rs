//! Sockets that only listen: how fast do they come, and what does one cost the server?

use std::io;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use whatscrap_testkit::Site;

use crate::accounts::Accounts;
use crate::process::{Cpu, Meter};
use crate::report::precise;
use crate::swarm::Swarm;

/// Each socket is asked for a sign of life about once in this time.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// How many sockets to open, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Idle {
    /// Sockets.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) sockets: usize,
    /// Sockets each account opens.
    #[arg(long, default_value_t = 10)]
    pub(crate) sockets_per_account: usize,
    /// Sockets that are opened at once.
    #[arg(long, default_value_t = 64)]
    pub(crate) at_once: usize,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Opened {
    pub(crate) sockets: usize,
    pub(crate) upgrades_per_second: f64,
    pub(crate) welcomes_per_second: f64,
    pub(crate) bytes_per_socket: Option<u64>,
    /// What it took to open and greet them, in microseconds for each.
    pub(crate) coming: Option<Cpu>,
    /// What heartbeats take then: part of a core.
    pub(crate) staying: Option<Cpu>,
}

impl Idle {
    /// How many accounts it takes.
    pub(crate) fn accounts(&self) -> usize {
        self.sockets.div_ceil(self.sockets_per_account)
    }

    /// Opens the sockets and measures the server's memory before and after.
    pub(crate) fn measure(
        &self,
        site: &Site,
        accounts: &Accounts,
        meter: Option<&Meter>,
    ) -> io::Result<Opened> {
        let before = meter.map(|meter| (meter.resident_bytes(), meter.cpu()));
        let mut swarm = Swarm::new([&*site.origin])?;
        let cookies = accounts.cookies(self.sockets_per_account);
        let upgrades = swarm.open(cookies.take(self.sockets), self.at_once)?;
        let welcomes = swarm.greet(self.at_once)?;
        let after = meter.map(|meter| (meter.resident_bytes(), meter.cpu()));
        swarm.listen(HEARTBEAT)?;
        let stayed = meter.map(Meter::cpu);
        let count = self.sockets as u64;
        let took = before.zip(after);
        Ok(Opened {
            sockets: self.sockets,
            upgrades_per_second: precise(count) / upgrades.as_secs_f64(),
            welcomes_per_second: precise(count) / welcomes.as_secs_f64(),
            bytes_per_socket: took
                .map(|((before, _), (after, _))| after.saturating_sub(before) / count),
            coming: took.map(|((_, before), (_, after))| (after - before) * (1e6 / precise(count))),
            staying: after
                .zip(stayed)
                .map(|((_, before), after)| (after - before) * HEARTBEAT.as_secs_f64().recip()),
        })
    }
}

impl Opened {
    pub(crate) fn print(&self) {
        println!("{:>12} sockets", self.sockets);
        println!("{:>12.0} upgrades/s", self.upgrades_per_second);
        println!("{:>12.0} welcomes/s after that", self.welcomes_per_second);
        if let Some(bytes) = self.bytes_per_socket {
            println!("{bytes:>12} bytes of the server's memory for each");
        }
        if let Some((coming, staying)) = self.coming.zip(self.staying) {
            let (coming, staying) = (coming.total(), 100.0 * staying.total());
            println!("{coming:>12.0} µs of a processor for each that comes");
            println!("{staying:>12.2} % of a processor for all that stay");
        }
    }
}
