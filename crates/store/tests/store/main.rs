//! The store against both databases: the contracts of its ports, and what no port says.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod calls;
mod contracts;
mod faults;
mod migrations;
mod posts;
mod search;
mod site;
mod unread;
