//! The test harness of WhatsCrap: whole servers, and people that act on them.
//!
//! What a test needs but a machine may lack (PostgreSQL, Chromium) is asked for
//! through functions that return `None` after a loud message, so that the test
//! can step aside; with `CI=true` the lack is a failure instead.

mod needs;
pub mod postgres;

#[cfg(feature = "server")]
pub mod browser;
#[cfg(feature = "server")]
mod client;
#[cfg(feature = "server")]
mod device;
#[cfg(feature = "server")]
pub mod http;
#[cfg(feature = "server")]
mod person;
#[cfg(feature = "server")]
mod process;
#[cfg(feature = "server")]
mod site;
#[cfg(feature = "server")]
mod socket;
#[cfg(feature = "server")]
mod upgrade;

#[cfg(feature = "server")]
pub use client::Client;
#[cfg(feature = "server")]
pub use device::Device;
#[cfg(feature = "server")]
pub use person::{Person, Post, fresh_client_id};
#[cfg(feature = "server")]
pub use process::{Ended, Launch, Process};
#[cfg(feature = "server")]
pub use site::{PASSWORD, PATIENCE, Site};
#[cfg(feature = "server")]
pub use socket::Socket;
#[cfg(feature = "server")]
pub use upgrade::{RawSocket, Refusal, Upgrade};
