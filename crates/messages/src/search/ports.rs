use async_trait::async_trait;
use whatscrap_kernel::BackendError;
use whatscrap_users::UserId;

use super::SearchQuery;
use crate::{Message, MessageId};

/// A stretch of what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// The newest first.
    pub messages: Vec<Message>,
    /// Past which message to go on, if there may be more. It need not be among them: what changed a
    /// moment ago is not.
    pub more: Option<MessageId>,
}

/// Finds messages.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Search: Send + Sync {
    /// What a query finds in the rooms that someone is in now: the newest first, by when it was
    /// said; only what is older than `past`, if that is given; at most `limit`, and
    /// where to go on.
    ///
    /// What must hold:
    /// - **Fresh**: what was committed before the call is found by it, and what was edited is found
    ///   by its new text alone. Only while a database with a long past is being indexed for the
    ///   first time may older messages be missing.
    /// - **Nothing deleted** is found, nor anything of a room that one has left.
    /// - **Text is text**: nothing in a query widens what it finds, or fails.
    async fn search(
        &self,
        user: UserId,
        query: &SearchQuery,
        past: Option<MessageId>,
        limit: u32,
    ) -> Result<Matches, BackendError>;
}
