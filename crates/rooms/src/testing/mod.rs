//! What tests of this crate, of its adapters and of its callers share.

mod fixtures;

pub use fixtures::{member, new_private_room, new_room};
