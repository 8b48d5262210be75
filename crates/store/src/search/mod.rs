//! Finding messages by what they say.
//!
//! The index is not written with a post: it follows the rooms' versions, as everybody does who
//! catches up. A cursor for each room says how far it has come, and moves in the transaction that
//! writes the index. Who searches first catches up the rooms that they are in.

use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_kernel::BackendError;
use whatscrap_messages::MessageId;
use whatscrap_messages::search::{Matches, Search, SearchQuery};
use whatscrap_users::UserId;

use crate::database::Database;

mod find;
mod index;
mod keeper;
mod words;

pub(crate) use keeper::Keeper;

pub(crate) struct SearchStore(pub(crate) Arc<Database>);

#[async_trait]
impl Search for SearchStore {
    async fn search(
        &self,
        user: UserId,
        query: &SearchQuery,
        past: Option<MessageId>,
        limit: u32,
    ) -> Result<Matches, BackendError> {
        let database = &self.0;
        let found = async {
            index::catch_up(database, Some(user)).await?;
            find::page(database, user, query, past, limit).await
        };
        database.within(found).await
    }
}
