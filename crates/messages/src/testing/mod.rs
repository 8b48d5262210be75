//! What tests of this crate and of its adapters share.
