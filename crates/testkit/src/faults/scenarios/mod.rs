//! The faults themselves, each a function of the binary, a size and a seed.
//!
//! The names R1, R2… are those of `docs/reliability.md`. A scenario that lacks
//! what it needs steps aside with `None`, after a loud message.

mod abuse;
mod clock;
mod contention;
mod disk_full;
mod io_errors;
mod kill;
mod lost_ack;
mod model;
mod network;
mod nodes;
mod play;
mod postgres;
mod power;
mod restore;
mod slow_readers;
mod soak;
mod storm;
mod tabs;
mod terminate;

pub use abuse::abuse;
pub use clock::clock;
pub use contention::contention;
pub use disk_full::disk_full;
pub use io_errors::io_errors;
pub use kill::{kill, killed_at};
pub use lost_ack::lost_ack;
pub use model::model;
pub use network::bad_network;
pub use nodes::{
    carrier_away, carrier_cut, database_ends_among_nodes, node_killed, partition, presence_truth,
    rolling_restart,
};
pub use play::{Play, Size};
pub use postgres::{database_ends, database_hangs};
pub use power::{power_cut, power_cut_unsynced};
pub use restore::restore;
pub use slow_readers::slow_readers;
pub use soak::soak;
pub use storm::storm;
pub use tabs::tabs;
pub use terminate::terminate;
