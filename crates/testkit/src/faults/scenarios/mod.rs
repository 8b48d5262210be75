//! The faults themselves, each a function of the binary, a size and a seed.
//!
//! The names R1, R2… are those of `docs/reliability.md`.

mod kill;
mod play;

pub use kill::kill;
pub use play::{Play, Size};
