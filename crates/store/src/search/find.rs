use std::collections::HashMap;

use sea_orm::prelude::*;
use sea_orm::{DbErr, QueryResult, Value};
use whatscrap_kernel::BackendError;
use whatscrap_messages::search::{Matches, SearchQuery, folded};
use whatscrap_messages::{Message, MessageId};
use whatscrap_users::UserId;

use super::index::first;
use super::words::{FILE, LINK, asking, author, matching, room};
use crate::database::{Database, backend, hex_array};
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
) newest
WHERE words @@ (SELECT $1::tsquery) AND words @@ (SELECT $5::tsquery) AND doc >= $3
ORDER BY doc DESC LIMIT $4";

/// What is said seldom is looked for in the index: all of it, and then what is older than those. The
/// rooms are asked for apart, so that their long lists are read only beside a document that has the
/// rest.
const POSTGRES_OLDER: &str = "
WITH edge AS MATERIALIZED (
  SELECT doc FROM search_docs WHERE doc < $2 ORDER BY doc DESC OFFSET 4999 LIMIT 1
), found AS MATERIALIZED (
  SELECT doc, message_id FROM search_docs
  WHERE words @@ (SELECT $1::tsquery) AND words @@ (SELECT $5::tsquery)
    AND (SELECT doc FROM edge) > $3
)
SELECT message_id FROM found
WHERE doc < (SELECT doc FROM edge) AND doc >= $3 ORDER BY doc DESC LIMIT $4";

pub(super) async fn page(
    database: &Database,
    user: UserId,
    query: &SearchQuery,
    past: Option<MessageId>,
    limit: u32,
) -> Result<Matches, BackendError> {
    let rooms = rooms(database, user, query).await?;
    let Some(choices) = choices(database, query).await? else {
        return Ok(Matches::default());
    };
    if rooms.is_empty() {
        return Ok(Matches::default());
    }
    let below = match past {
        Some(past) => number_of(database, past).await?,
        None => i64::MAX,
    };
    let below = query
        .before
        .map_or(below, |before| below.min(first(before)));
    let stretch = (below, query.after.map_or(0, first), i64::from(limit) + 1);
    let rooms = rooms.into_iter().map(room).collect();
    let rows = documents(database, query, choices, rooms, stretch).await?;
    let mut found = ids(&rows).map_err(backend)?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let mut messages = messages(database, &found).await?;
    let kept = found.iter().filter_map(|id| messages.remove(id));
    // What has changed since the index was brought up to date may not be what was asked for.
    let still = |message: &Message| query.finds(message.body.as_str());
    Ok(Matches {
        messages: kept.filter(still).collect(),
        more: found.last().filter(|_| has_more).copied(),
    })
}

/// The newest documents of a stretch, and one more than asked for if there is one.
async fn documents(
    database: &Database,
    query: &SearchQuery,
    mut choices: Vec<Vec<String>>,
    rooms: Vec<String>,
    (below, from, wanted): (i64, i64, i64),
) -> Result<Vec<QueryResult>, BackendError> {
    let stretch: [Value; 3] = [below.into(), from.into(), wanted.into()];
    if !database.is_postgres() {
        choices.push(rooms);
        let said = [matching(&query.phrases, &choices).into()];
        return database.read(SQLITE, said.into_iter().chain(stretch)).await;
    }
    let inside = asking(&[], &[rooms]);
    let said = Some(asking(&query.phrases, &choices)).filter(|said| !said.is_empty());
    let mut values = vec![said.unwrap_or_else(|| inside.clone()).into()];
    values.extend(stretch);
    values.push(inside.into());
    let mut rows = database.read(POSTGRES, values.clone()).await?;
    if i64::try_from(rows.len()).is_ok_and(|found| found < wanted) {
        rows.extend(database.read(POSTGRES_OLDER, values).await?);
    }
    Ok(rows)
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
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        choices.push(vec![author(row.try_get_by_index(0).map_err(backend)?)]);
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
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Message>, BackendError> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = database
        .read(&row::by_ids(database), [hex_array(&ids)])
        .await?;
    let mut messages = row::messages(&rows)?;
    messages.retain(|message| message.deleted_at.is_none());
    let named = messages.into_iter().map(|message| (message.id, message));
    Ok(named.collect())
}

fn ids(rows: &[QueryResult]) -> Result<Vec<MessageId>, DbErr> {
    let id = |row: &QueryResult| row.try_get_by_index(0).map(MessageId);
    rows.iter().map(id).collect()
}
