//! The proof: faults, and whether the server keeps its promises under them.

pub mod model;
pub mod proxy;
pub mod pulse;
pub mod vitals;
