use std::collections::{HashMap, HashSet};

use sea_orm::prelude::*;
use sea_orm::{DatabaseTransaction, FromQueryResult, QueryResult, Value};
use serde_json::json;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_messages::search::{has_link, words};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::words::{FILE, LINK, author, room, vector};
use crate::database::{Database, backend, hex_array};

/// The most messages of a batch: posts wait for no longer than one takes.
const BATCH: i64 = 100;
/// The most batches of one call.
const BATCHES: usize = 20;
/// A document's number is the milliseconds since 2020, then so many bits that tell apart what was
/// said in the same one: by its place in the room, and so many of chance between rooms.
const BELOW: u32 = 23;
const CHANCE: u32 = 11;
const YEAR_2020_MS: i64 = 1_577_836_800_000;
/// How many numbers are tried for a message at first, and how many times as many after that.
const TRIES: i64 = 8;

const NEXT: &str = "
SELECT id, seq, version, author_id, body, attachments, created_at, deleted_at
FROM messages WHERE room_id = $1 AND version > $2 ORDER BY version LIMIT $3";

/// Takes `$1` the documents to be written anew, `$2` the new ones `[[doc, message]]`, `$3` what they
/// say `[[doc, words, keys]]`, `$4` the room and `$5` its version. What was deleted keeps its number,
/// so that a search goes on past it.
const SQLITE: &str = "
DELETE FROM search_words WHERE rowid IN (SELECT value FROM json_each($1));
INSERT INTO search_docs (doc, message_id) SELECT j.value->>0, unhex(j.value->>1) FROM json_each($2) j;
INSERT INTO search_words (rowid, words, keys)
SELECT j.value->>0, j.value->>1, j.value->>2 FROM json_each($3) j;
UPDATE search_cursors SET version = $5 WHERE room_id = $4";

/// Takes `$1` the documents `[[doc, message, vector]]`, `$2` the room and `$3` its version.
const POSTGRES: &str = "
WITH cursor AS (
  UPDATE search_cursors SET version = $3 WHERE room_id = $2
)
INSERT INTO search_docs (doc, message_id, words)
SELECT (j.value->>0)::bigint, (j.value->>1)::uuid, (j.value->>2)::tsvector
FROM jsonb_array_elements($1::jsonb) j
ON CONFLICT (message_id) DO UPDATE SET words = excluded.words";

/// A message to be indexed.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    seq: i64,
    version: i64,
    author_id: Uuid,
    body: String,
    attachments: Option<String>,
    created_at: ChronoDateTimeUtc,
    deleted_at: Option<ChronoDateTimeUtc>,
}

/// Brings the index up to date, of the rooms that somebody is in or of all; `false` if there is
/// more to do than one call should.
pub(super) async fn catch_up(
    database: &Database,
    user: Option<UserId>,
) -> Result<bool, BackendError> {
    for _ in 0..BATCHES {
        let Some((room, version)) = behind(database, user).await? else {
            return Ok(true);
        };
        advance(database, room, version).await?;
    }
    Ok(false)
}

/// A room that the index is behind of, and how far the room has come.
async fn behind(
    database: &Database,
    user: Option<UserId>,
) -> Result<Option<(RoomId, i64)>, BackendError> {
    let mine = match user {
        Some(_) => "AND r.id IN (SELECT room_id FROM memberships WHERE user_id = $1)",
        None => "",
    };
    let sql = format!(
        "SELECT r.id, r.version FROM rooms r LEFT JOIN search_cursors c ON c.room_id = r.id
         WHERE r.version > COALESCE(c.version, 0) {mine} LIMIT 1"
    );
    let values = user.map(|user| Value::from(user.0));
    let rows = database.read(&sql, values).await?;
    let room = |row: &QueryResult| Ok((RoomId(row.try_get_by_index(0)?), row.try_get_by_index(1)?));
    rows.first().map(room).transpose().map_err(backend)
}

/// Indexes the next changes of a room, which has come to `known`. The cursor is held meanwhile: of two that do it at once the
/// second goes on where the first has come to.
async fn advance(database: &Database, room: RoomId, known: i64) -> Result<(), BackendError> {
    let transaction = database.begin().await?;
    let done = async {
        let claim = "INSERT INTO search_cursors (room_id, version) VALUES ($1, 0)
                     ON CONFLICT (room_id) DO NOTHING";
        let claim = database.statement(claim, [room.0.into()]);
        transaction.execute_raw(claim).await?;
        let cursor = database.either(
            "SELECT version FROM search_cursors WHERE room_id = $1",
            "SELECT version FROM search_cursors WHERE room_id = $1 FOR UPDATE",
        );
        let rows = read(database, &transaction, cursor, [room.0.into()]).await?;
        let version: i64 = match rows.first() {
            Some(row) => row.try_get_by_index(0)?,
            None => 0,
        };
        let next = [room.0.into(), version.into(), BATCH.into()];
        let next = read(database, &transaction, NEXT, next).await?;
        let changed: Vec<Row> = next
            .iter()
            .map(|row| Row::from_query_result(row, ""))
            .collect::<Result<_, _>>()?;
        if changed.is_empty() {
            // Whatever they were, there is nothing left of the changes up to there.
            let on = "UPDATE search_cursors SET version = $2 WHERE room_id = $1 AND version < $2";
            let on = database.statement(on, [room.0.into(), known.into()]);
            return transaction.execute_raw(on).await.map(drop);
        }
        write(database, &transaction, room, &changed).await
    };
    done.await.map_err(backend)?;
    transaction.commit().await.map_err(backend)
}

async fn read<const N: usize>(
    database: &Database,
    transaction: &DatabaseTransaction,
    sql: &str,
    values: [Value; N],
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = database.statement(sql, values);
    transaction.query_all_raw(statement).await
}

async fn write(
    database: &Database,
    transaction: &DatabaseTransaction,
    place: RoomId,
    changed: &[Row],
) -> Result<(), DbErr> {
    let Some(last) = changed.last() else {
        return Ok(());
    };
    let known = known(database, transaction, changed).await?;
    let is_new = |row: &&Row| row.deleted_at.is_none() && !known.contains_key(&row.id);
    let new: Vec<_> = changed.iter().filter(is_new).collect();
    let new = numbers(database, transaction, &new).await?;
    let mut said = vec![];
    for message in changed {
        let id = &message.id;
        let Some(doc) = known.get(id).or_else(|| new.get(id)) else {
            continue;
        };
        if message.deleted_at.is_some() {
            // On PostgreSQL the words are in the row that keeps the number.
            let emptied = database.is_postgres().then(|| json!([doc, hex(*id), ""]));
            said.extend(emptied);
            continue;
        }
        let words = words(&message.body);
        let keys = keys(place, message);
        said.push(if database.is_postgres() {
            json!([doc, hex(*id), vector(&words, &keys)])
        } else {
            json!([doc, words.join(" "), keys.join(" ")])
        });
    }
    let array = |items: Vec<_>| Value::from(serde_json::Value::from(items).to_string());
    let cursor = [place.0.into(), last.version.into()];
    let values: Vec<Value> = if database.is_postgres() {
        [array(said)].into_iter().chain(cursor).collect()
    } else {
        let again = known.values().map(|doc| json!(doc)).collect();
        let new = new.iter().map(|(id, doc)| json!([doc, hex(*id)])).collect();
        let documents = [array(again), array(new), array(said)];
        documents.into_iter().chain(cursor).collect()
    };
    let write = database.statement(database.either(SQLITE, POSTGRES), values);
    transaction.execute_raw(write).await.map(drop)
}

/// What a message is in, by, and has.
fn keys(place: RoomId, message: &Row) -> Vec<String> {
    let mut keys = vec![room(place.0), author(message.author_id)];
    if message.attachments.is_some() {
        keys.push(FILE.to_owned());
    }
    if has_link(&message.body) {
        keys.push(LINK.to_owned());
    }
    keys
}

/// The documents of messages that were indexed before.
async fn known(
    database: &Database,
    transaction: &DatabaseTransaction,
    changed: &[Row],
) -> Result<HashMap<Uuid, i64>, DbErr> {
    let ids: Vec<_> = changed.iter().map(|message| message.id).collect();
    let among = database.among();
    let sql = &format!("SELECT doc, message_id FROM search_docs WHERE message_id {among}");
    let rows = read(database, transaction, sql, [hex_array(&ids)]).await?;
    let known = |row: &QueryResult| Ok((row.try_get_by_index(1)?, row.try_get_by_index(0)?));
    rows.iter().map(known).collect()
}

/// The numbers of what was not indexed before.
async fn numbers(
    database: &Database,
    transaction: &DatabaseTransaction,
    new: &[&Row],
) -> Result<HashMap<Uuid, i64>, DbErr> {
    let wanted: Vec<_> = new.iter().map(|row| (row.id, number(row))).collect();
    let sql = database.either(
        "SELECT doc FROM search_docs WHERE doc IN (SELECT value FROM json_each($1))",
        "SELECT doc FROM search_docs WHERE doc IN
         (SELECT j.value::bigint FROM jsonb_array_elements_text($1::jsonb) j)",
    );
    let mut tries = TRIES;
    loop {
        let near = wanted.iter().flat_map(|(_, first)| *first..first + tries);
        let near: serde_json::Value = near.collect();
        let rows = read(database, transaction, sql, [near.to_string().into()]).await?;
        let taken = rows.iter().map(|row| row.try_get_by_index(0));
        let taken = taken.collect::<Result<_, _>>()?;
        if let Some(numbers) = assigned(&wanted, taken, tries) {
            return Ok(numbers);
        }
        tries *= TRIES;
    }
}

/// Gives each its number, or the next that is free; `None` if that takes more tries.
fn assigned(
    wanted: &[(Uuid, i64)],
    mut taken: HashSet<i64>,
    tries: i64,
) -> Option<HashMap<Uuid, i64>> {
    let number = |&(id, first): &(Uuid, i64)| {
        let number = (first..first + tries).find(|number| taken.insert(*number))?;
        Some((id, number))
    };
    wanted.iter().map(number).collect()
}

/// Where a message stands in time, among all documents.
fn number(message: &Row) -> i64 {
    let (_, low) = message.id.as_u64_pair();
    let chance = i64::try_from(low & ((1 << CHANCE) - 1)).unwrap_or_default();
    let place = message.seq & ((1 << (BELOW - CHANCE)) - 1);
    first(message.created_at) | place << CHANCE | chance
}

/// The first number of a moment.
pub(super) fn first(moment: Time) -> i64 {
    let since = moment.timestamp_millis().saturating_sub(YEAR_2020_MS);
    since.clamp(0, i64::MAX >> BELOW) << BELOW
}

fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_of_a_crowded_moment_has_a_number_of_its_own() {
        let id = Uuid::from_u128;
        let crowd = [(id(1), 100), (id(2), 100), (id(3), 101)];
        let taken = HashSet::from([100, 102, 103]);
        assert_eq!(assigned(&crowd, taken.clone(), 4), None);
        let numbers = assigned(&crowd, taken, 16).unwrap();
        let given: Vec<_> = crowd.iter().map(|(id, _)| numbers[id]).collect();
        assert_eq!(given, [101, 104, 105]);
    }
}
