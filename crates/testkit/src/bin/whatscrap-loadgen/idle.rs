//! Sockets that only listen: how fast do they come, and what does one cost the server?

use std::io;

use clap::Args;
use serde::Serialize;
use whatscrap_testkit::Site;

use crate::accounts::Accounts;
use crate::process::Meter;
use crate::report::precise;
use crate::swarm::Swarm;

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
        let before = meter.map(Meter::resident_bytes);
        let mut swarm = Swarm::new([&*site.origin])?;
        let cookies = accounts.cookies(self.sockets_per_account);
        let upgrades = swarm.open(cookies.take(self.sockets), self.at_once)?;
        let welcomes = swarm.greet(self.at_once)?;
        let after = meter.map(Meter::resident_bytes);
        let count = self.sockets as u64;
        Ok(Opened {
            sockets: self.sockets,
            upgrades_per_second: precise(count) / upgrades.as_secs_f64(),
            welcomes_per_second: precise(count) / welcomes.as_secs_f64(),
            bytes_per_socket: before
                .zip(after)
                .map(|(before, after)| after.saturating_sub(before) / count),
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
    }
}
