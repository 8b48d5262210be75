use std::collections::HashMap;

use sea_orm::prelude::*;
use sea_orm::{DbErr, QueryResult, Value};
use whatscrap_kernel::{BackendError, Page};
use whatscrap_messages::search::{SearchQuery, folded};
use whatscrap_messages::{Message, MessageId};
use whatscrap_users::UserId;

use super::index::first;
use super::words::{FILE, LINK, asking, author, matching, room};
use crate::database::{self, Database, backend, hex_array};
use crate::messages::row;

/// The newest documents of `$1`, below `$2` and not below `$3`: read in their own order, so that what
/// is not shown is not read.
const SQLITE: &str = "
SELECT d.message_id FROM search_words
CROSS JOIN search_docs d ON d.doc = search_words.rowid
WHERE search_words MATCH $1 AND search_words.rowid < $2 AND search_words.rowid >= $3
ORDER BY search_words.rowid DESC LIMIT $4";

/// No index of PostgreSQL has words in the order of time, and how often a word is said its planner
/// can only guess. So what everybody says is looked for among the newest documents, one by one; the
/// words are read once, apart from the documents.
const POSTGRES: &str = "
SELECT message_id FROM (
  SELECT doc, message_id, words FROM search_docs
  WHERE doc < $2 ORDER BY doc DESC LIMIT 5000
) newest WHERE words @@ (SELECT $1::tsquery) AND doc >= $3 ORDER BY doc DESC LIMIT $4";

/// What is said seldom is looked for in the index: all of it, and then what is older than those.
const POSTGRES_OLDER: &str = "
WITH edge AS MATERIALIZED (
  SELECT doc FROM search_docs WHERE doc < $2 ORDER BY doc DESC OFFSET 4999 LIMIT 1
), found AS MATERIALIZED (
  SELECT doc, message_id FROM search_docs
  WHERE words @@ (SELECT $1::tsquery) AND (SELECT doc FROM edge) > $3
)
SELECT message_id FROM found
WHERE doc < (SELECT doc FROM edge) AND doc >= $3 ORDER BY doc DESC LIMIT $4";

pub(super) async fn page(
    database: &Database,
    user: UserId,
    query: &SearchQuery,
    past: Option<MessageId>,
    limit: u32,
) -> Result<Page<Message>, BackendError> {
    let nothing = || Page {
        items: Vec::new(),
        has_before: past.is_some(),
        has_after: false,
    };
    let rooms = rooms(database, user, query).await?;
    let Some(mut choices) = choices(database, query).await? else {
        return Ok(nothing());
    };
    if rooms.is_empty() {
        return Ok(nothing());
    }
    choices.push(rooms.iter().copied().map(room).collect());
    let text = if database.is_postgres() {
        asking(query, &choices)
    } else {
        matching(query, &choices)
    };
    let below = match past {
        Some(past) => number_of(database, past).await?,
        None => i64::MAX,
    };
    let below = query
        .before
        .map_or(below, |before| below.min(first(before)));
    let values: [Value; 4] = [
        text.into(),
        below.into(),
        query.after.map_or(0, first).into(),
        (i64::from(limit) + 1).into(),
    ];
    let sql = database.either(SQLITE, POSTGRES);
    let mut rows = database.read(sql, values.clone()).await?;
    if database.is_postgres() && rows.len() <= limit as usize {
        rows.extend(database.read(POSTGRES_OLDER, values).await?);
    }
    let found: Vec<Uuid> = ids(&rows).map_err(backend)?;
    let found = database::page(found, past.is_some(), limit);
    let mut messages: HashMap<_, _> = messages(database, &found.items).await?;
    let kept = found
        .items
        .iter()
        .filter_map(|id| messages.remove(&MessageId(*id)));
    // What has changed since the index was brought up to date may not be what was asked for.
    let still = |message: &Message| query.finds(message.body.as_str());
    Ok(Page {
        items: kept.filter(still).collect(),
        has_before: found.has_before,
        has_after: found.has_after,
    })
}

/// The rooms that somebody is in, of those that may be meant.
async fn rooms(
    database: &Database,
    user: UserId,
    query: &SearchQuery,
) -> Result<Vec<Uuid>, BackendError> {
    let sql = "SELECT r.id, r.name FROM memberships m JOIN rooms r ON r.id = m.room_id
               WHERE m.user_id = $1";
    let mut rooms = Vec::new();
    for row in database.read(sql, [user.0.into()]).await? {
        let id: Uuid = row.try_get_by_index(0).map_err(backend)?;
        let name: String = row.try_get_by_index(1).map_err(backend)?;
        let is_meant = query.room.is_none_or(|room| room.0 == id)
            && query
                .inside
                .as_ref()
                .is_none_or(|inside| *inside == folded(&name));
        if is_meant {
            rooms.push(id);
        }
    }
    Ok(rooms)
}

/// What else must be so; `None` if it cannot be.
async fn choices(
    database: &Database,
    query: &SearchQuery,
) -> Result<Option<Vec<Vec<String>>>, BackendError> {
    let mut choices = Vec::new();
    choices.extend(query.author.map(|user| vec![author(user.0)]));
    if let Some(name) = &query.from {
        let sql = "SELECT id FROM users WHERE username = $1";
        let rows = database.read(sql, [name.as_str().into()]).await?;
        let Some(user) = ids(&rows).map_err(backend)?.pop() else {
            return Ok(None);
        };
        choices.push(vec![author(user)]);
    }
    choices.extend(query.has_file.then(|| vec![FILE.to_owned()]));
    choices.extend(query.has_link.then(|| vec![LINK.to_owned()]));
    Ok(Some(choices))
}

/// The number of a message's document; before everything if it has none.
async fn number_of(database: &Database, message: MessageId) -> Result<i64, BackendError> {
    let sql = "SELECT doc FROM search_docs WHERE message_id = $1";
    let rows = database.read(sql, [message.0.into()]).await?;
    let number = rows.first().map(|row| row.try_get_by_index(0));
    number
        .transpose()
        .map(Option::unwrap_or_default)
        .map_err(backend)
}

async fn messages(
    database: &Database,
    ids: &[Uuid],
) -> Result<HashMap<MessageId, Message>, BackendError> {
    let rows = database
        .read(&row::by_ids(database), [hex_array(ids)])
        .await?;
    let mut messages = row::messages(&rows)?;
    messages.retain(|message| message.deleted_at.is_none());
    let named = messages.into_iter().map(|message| (message.id, message));
    Ok(named.collect())
}

fn ids(rows: &[QueryResult]) -> Result<Vec<Uuid>, DbErr> {
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
