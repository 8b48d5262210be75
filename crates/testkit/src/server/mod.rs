//! Whole servers, and people that act on them.

mod app;
pub mod browser;
mod client;
mod device;
pub mod http;
mod person;
mod post;
mod process;
mod push_service;
mod site;
mod socket;
mod upgrade;
mod wire;

pub use app::{App, Joined};
pub use client::Client;
pub use device::Device;
pub use person::Person;
pub use post::{Post, fresh_client_id};
pub use process::{Ended, Launch, Process};
pub use push_service::{PushService, Pushed};
pub use site::{PASSWORD, PATIENCE, Site};
pub use socket::Socket;
pub use upgrade::{RawSocket, Refusal, Upgrade};
pub use wire::{Opcode, RawFrame, Wire};
