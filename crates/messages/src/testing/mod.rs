//! What tests of this crate, of its adapters and of its callers share.

mod fixtures;

pub use fixtures::new_message;
