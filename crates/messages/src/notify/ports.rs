use async_trait::async_trait;
use whatscrap_kernel::BackendError;
use whatscrap_rooms::{NotificationLevel, RoomId};
use whatscrap_users::UserId;

use super::{Delivery, Keys, NewSubscription, Push, Subscription, SubscriptionId};

/// Why an endpoint is not pushed to, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EndpointRefused(pub String);

/// Speaks to push services (RFC 8030), encrypted (RFC 8291) and signed (RFC 8292).
#[async_trait]
pub trait Pusher: Send + Sync {
    /// The public key that browsers subscribe with: always the same, an uncompressed point.
    fn key(&self) -> [u8; 65];

    /// Whether this endpoint may be pushed to: what is not on the public Internet is refused, and
    /// so is a key that is no point of the curve.
    async fn check(&self, endpoint: &str, keys: &Keys) -> Result<(), EndpointRefused>;

    /// Pushes, and tries again within bounds. The endpoint is checked as by [`Pusher::check`] at
    /// the moment of dialling, and what was checked is what is dialled.
    async fn push(&self, to: &Subscription, push: &Push) -> Delivery;
}

/// Why a browser was not subscribed.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// There are as many as there may be.
    #[error(
        "one person has at most {} devices with notifications: remove one first",
        super::SUBSCRIPTIONS_PER_USER
    )]
    TooMany,
    /// The endpoint is none to push to.
    #[error(transparent)]
    Endpoint(#[from] EndpointRefused),
    /// The session has ended.
    #[error("this session has ended")]
    SessionEnded,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// A member of a room who has a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Who.
    pub user: UserId,
    /// What they chose to be told of there; `None`: as everywhere.
    pub level: Option<NotificationLevel>,
}

/// The browsers that take pushes.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Keeps a subscription. An endpoint is kept once: a later one takes its place, also another
    /// person's, who has the browser now. Of many at once no more than
    /// [`SUBSCRIPTIONS_PER_USER`](super::SUBSCRIPTIONS_PER_USER) of a person are kept. A
    /// subscription ends with its session. Whose it was before, if it was another person's.
    async fn add(&self, new: &NewSubscription) -> Result<Option<UserId>, SubscribeError>;

    /// Forgets a person's subscription by its endpoint; whether there was one.
    async fn remove(&self, user: UserId, endpoint: &str) -> Result<bool, BackendError>;

    /// Forgets a person's subscription by its id; whether there was one.
    async fn forget(&self, user: UserId, id: SubscriptionId) -> Result<bool, BackendError>;

    /// The subscriptions of these people, each person's the oldest first.
    async fn list(&self, users: &[UserId]) -> Result<Vec<Subscription>, BackendError>;

    /// The members of a room who have a subscription.
    async fn listeners(&self, room: RoomId) -> Result<Vec<Listener>, BackendError>;
}
