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
    /// Past which message there may be more.
    pub more: Option<MessageId>,
}

/// How many stretches without a hit are gone through for a page.
const STRETCHES: usize = 4;

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
        let mut found = self.0.search(user, query, past, limit.get()).await?;
        for _ in 1..STRETCHES {
            if !found.messages.is_empty() || found.more.is_none() {
                break;
            }
            found = self.0.search(user, query, found.more, limit.get()).await?;
        }
        let hits = found.messages.into_iter().map(|message| Hit {
            snippet: Snippet::of(message.body.as_str(), query),
            message,
        });
        Ok(Found {
            hits: hits.collect(),
            more: found.more,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use whatscrap_kernel::{Ids, Limit, SequentialIds};
    use whatscrap_users::UserId;

    use super::*;
    use crate::search::{Matches, MockSearch};

    const NOTHING: Matches = Matches {
        messages: Vec::new(),
        more: None,
    };

    #[tokio::test]
    async fn a_stretch_without_a_hit_is_not_the_end() {
        let ids = SequentialIds::default();
        let (user, last) = (UserId(ids.next()), MessageId(ids.next()));
        let mut search = MockSearch::new();
        search
            .expect_search()
            .times(2)
            .returning(move |_, _, past, _| {
                let more = past.is_none().then_some(last);
                Ok(Matches { more, ..NOTHING })
            });
        let query = SearchQuery::parse("hello").unwrap();
        let service = Service::new(Arc::new(search));
        let found = service.search(user, &query, None, Limit::MAX).await;
        assert_eq!(found.unwrap().more, None, "all was gone through");

        let mut search = MockSearch::new();
        let more = Some(last);
        search
            .expect_search()
            .times(STRETCHES)
            .returning(move |_, _, _, _| Ok(Matches { more, ..NOTHING }));
        let service = Service::new(Arc::new(search));
        let found = service.search(user, &query, None, Limit::MAX).await;
        assert_eq!(found.unwrap().more, more, "who asked goes on there");
    }
}
