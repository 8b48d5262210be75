//! The hub: which sockets of this node hear what, and the bus that brings events to it.
//!
//! An event enters through [`LocalBus`], is encoded once, and is put as one shared frame into the
//! [`Outbox`] of every socket that hears it. Sockets register through [`Hub::connect`] and
//! [`Connection::subscribe`], before they read the past, so that nothing falls between.
#![deny(missing_docs)]

mod connection;
mod hub;
mod local_bus;
mod outbox;

pub use connection::{Connection, Slot};
pub use hub::{Encoders, Hub, TooManySockets};
pub use local_bus::LocalBus;
pub use outbox::{Item, Notice, Outbox, Overflow, QueueLimits};
