use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Time, Uuid};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::Rule;

/// That someone was, or was not, told of a message, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its own.
    pub id: Uuid,
    /// Who.
    pub user: UserId,
    /// Where it was said.
    pub room: RoomId,
    /// The first message that it is about.
    pub seq: u64,
    /// How many messages it is about.
    pub count: u32,
    /// When it was decided.
    pub at: Time,
    /// Which rule matched.
    pub rule: Rule,
    /// What became of it on each device.
    pub outcomes: Vec<Outcome>,
}

/// What became of a push on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The device, as its owner knows it.
    pub device: String,
    /// In a few words.
    pub result: String,
}

/// By what people find out why they were, or were not, told.
#[async_trait]
pub trait Log: Send + Sync {
    /// Notes decisions, all in one go. Entries of rooms and people that are gone are left out.
    async fn note(&self, entries: &[Entry]) -> Result<(), BackendError>;

    /// A person's newest entries, the latest first.
    async fn recent(&self, user: UserId, limit: u32) -> Result<Vec<Entry>, BackendError>;

    /// Forgets what is older, and of each person all but the newest `most`; how many went.
    async fn sweep(&self, before: Time, most: u32) -> Result<u64, BackendError>;
}
