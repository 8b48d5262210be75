//! What a bus promises, tried on every one: within a process, between nodes over the air, by Redis.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod contract;
mod nodes;
mod world;
