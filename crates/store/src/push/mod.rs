//! The devices that people are told on, and what they were told.

mod notices;
mod subscriptions;

pub(crate) use notices::NoticeStore;
pub(crate) use subscriptions::SubscriptionStore;
