//! Faults, and the proof that the server keeps its promises through them.
//!
//! A [`Crowd`] of people talks over real sockets, behaving as the protocol
//! says a client behaves, while a [`Supervisor`] hurts the server. Every step
//! is written into a [`History`]; when the server is whole again a fresh client
//! reads everything, and [`check`], a pure function, judges: what was promised,
//! and what became of it.

mod actor;
mod checker;
mod copies;
mod crowd;
mod disk;
mod ear;
mod history;
mod island;
mod measured;
mod model;
mod preload;
pub mod proxy;
mod pulse;
mod report;
pub mod scenarios;
mod sqlite;
mod supervisor;
mod times;
mod vitals;
mod witness;

use std::time::Duration;

pub use checker::{End, Row, Verdict, check};
pub use crowd::{Crowd, Load};
pub use disk::Disk;
pub use history::{Entry, History, Kind, Op};
pub use island::{Island, Way};
pub use measured::Measured;
pub use preload::{FailingFiles, WallClock};
pub use report::{Report, heading};
pub use supervisor::Supervisor;

/// Lets a fault last.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a fault lasts is part of it"
)]
pub(crate) async fn lasts(time: Duration) {
    tokio::time::sleep(time).await;
}
