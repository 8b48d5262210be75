//! The faults themselves, each a function of the binary, a size and a seed.
//!
//! The names R1, R2… are those of `docs/reliability.md`.

mod abuse;
mod contention;
mod kill;
mod model;
mod network;
mod play;
mod postgres;
mod slow_readers;
mod soak;
mod storm;
mod tabs;

pub use abuse::abuse;
pub use contention::contention;
pub use kill::kill;
pub use model::model;
pub use network::bad_network;
pub use play::{Play, Size};
pub use postgres::{database_ends, database_hangs};
pub use slow_readers::slow_readers;
pub use soak::soak;
pub use storm::storm;
pub use tabs::tabs;
