use std::sync::Arc;

use whatscrap_kernel::{BackendError, Limit};
use whatscrap_users::UserId;

use super::{Search, SearchQuery, Snippet};
use crate::{Message, MessageId};

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// As it stands now.
    pub message: Message,
    /// Why.
    pub snippet: Snippet,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// Past which message there is more.
    pub more: Option<MessageId>,
}

/// Search, as callers use it.
#[derive(Clone)]
pub struct Service(Arc<dyn Search>);

impl Service {
    /// Wires the service to its port.
    pub fn new(search: Arc<dyn Search>) -> Self {
        Self(search)
    }

    /// What a query finds in the rooms that someone is in, past a message that was found before.
    pub async fn search(
        &self,
        user: UserId,
        query: &SearchQuery,
        past: Option<MessageId>,
        limit: Limit,
    ) -> Result<Found, BackendError> {
        if query.is_void {
            let (hits, more) = (Vec::new(), None);
            return Ok(Found { hits, more });
        }
        let page = self.0.search(user, query, past, limit.get()).await?;
        let last = page.items.last().filter(|_| page.has_after);
        let more = last.map(|message| message.id);
        let hits = page.items.into_iter().map(|message| Hit {
            snippet: Snippet::of(message.body.as_str(), query),
            message,
        });
        Ok(Found {
            hits: hits.collect(),
            more,
        })
    }
}
