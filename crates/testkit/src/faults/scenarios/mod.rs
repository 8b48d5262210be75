//! The faults themselves, each a function of the binary, a size and a seed.
//!
//! The names R1, R2… are those of `docs/reliability.md`. A scenario that lacks
//! what it needs steps aside with `None`, after a loud message.

mod clock;
mod disk_full;
mod io_errors;
mod kill;
mod lost_ack;
mod play;
mod power;
mod restore;
mod terminate;

pub use clock::clock;
pub use disk_full::disk_full;
pub use io_errors::io_errors;
pub use kill::{kill, killed_at};
pub use lost_ack::lost_ack;
pub use play::{Play, Size};
pub use power::{power_cut, power_cut_unsynced};
pub use restore::restore;
pub use terminate::terminate;
