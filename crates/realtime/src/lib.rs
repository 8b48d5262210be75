//! The hub: which sockets of this node hear what, and the bus that brings events to it.
//!
//! What a commit made of a room enters through [`LocalBus`], is encoded once, and is put as one
//! shared run of [`Frames`] into the [`Outbox`] of every socket that hears it. Sockets register
//! through [`Hub::connect`] and [`Connection::subscribe`], before they read the past, so that
//! nothing falls between.
#![deny(missing_docs)]

mod connection;
mod frames;
mod hub;
mod local_bus;
pub mod nodes;
pub mod notifier;
mod outbox;
mod presence;
mod spending;
mod turns;
mod typing;

pub use connection::{Connection, Slot};
pub use frames::Frames;
pub use hub::{Encoders, Hub, TooManySockets};
pub use local_bus::LocalBus;
pub use outbox::{Item, Notice, Outbox, Overflow, QueueLimits};
pub use presence::{Presence, PresenceTiming};
pub use spending::{Spending, Spent};
pub use typing::TYPING_LASTS;
