//! Who is to be told of what, and on which devices.
//!
//! [`decide`] is the rule, pure; [`Service`] is what callers use; [`Pusher`], [`Subscriptions`] and
//! [`Log`] are the ports behind it.

mod device;
mod log;
mod ports;
mod push;
mod rule;
mod service;
mod words;

pub use device::{Keys, KeysError, NewSubscription, Subscription, SubscriptionId};
pub use log::{Entry, Log, Outcome};
pub use ports::{EndpointRefused, Listener, Pusher, SubscribeError, Subscriptions};
pub use push::{Delivery, Push, Urgency};
pub use rule::{NamedBy, Rule, Situation, decide};
pub use service::Service;
pub use words::compose;

/// The most subscriptions of one person.
pub const SUBSCRIPTIONS_PER_USER: u64 = 16;
