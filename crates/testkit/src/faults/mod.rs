//! The proof: faults, and whether the server keeps its promises under them.

mod ear;
mod measured;
pub mod model;
pub mod proxy;
mod pulse;
pub mod scenarios;
mod sqlite;
mod times;
mod vitals;

pub use measured::Measured;

use std::time::Duration;

/// Lets a fault last.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a fault lasts is part of it"
)]
pub(crate) async fn lasts(time: Duration) {
    tokio::time::sleep(time).await;
}
