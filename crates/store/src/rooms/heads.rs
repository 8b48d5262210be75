use std::sync::Arc;

use sea_orm::{DbErr, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_rooms::{Head, RoomId};
use whatscrap_users::UserId;

use super::finding::{number, word};
use crate::database::{Database, backend, hex_array};

/// Where every room of these people stands; `asker` is their place in the array.
const SQLITE: &str = "
SELECT j.key AS asker, r.id, r.kind, m.role, r.last_seq, r.version, m.read_seq
FROM json_each($1) j
CROSS JOIN memberships m ON m.user_id = unhex(j.value)
CROSS JOIN rooms r ON r.id = m.room_id";

/// An OFFSET, or a LIMIT, keeps the planner from reading a whole table to answer many at once.
const POSTGRES: &str = "
SELECT j.place - 1 AS asker, h.*
FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY j (asker, place), LATERAL (
  SELECT r.id, r.kind, m.role, r.last_seq, r.version, m.read_seq
  FROM memberships m, LATERAL (SELECT * FROM rooms WHERE id = m.room_id LIMIT 1) r
  WHERE m.user_id = j.asker::uuid OFFSET 0) h";

pub(super) async fn heads(
    database: Arc<Database>,
    users: Vec<UserId>,
) -> Result<Vec<Vec<Head>>, BackendError> {
    let askers: Vec<_> = users.iter().map(|user| user.0).collect();
    let rows = database.read(database.either(SQLITE, POSTGRES), [hex_array(&askers)]);
    let mut heads = vec![Vec::new(); users.len()];
    for row in &rows.await? {
        let (asker, head) = head(row).map_err(backend)?;
        heads[asker].push(head);
    }
    Ok(heads)
}

pub(super) async fn versions(
    database: &Database,
    rooms: &[RoomId],
) -> Result<Vec<(RoomId, u64)>, BackendError> {
    let rooms: Vec<_> = rooms.iter().map(|room| room.0).collect();
    let sql = format!(
        "SELECT id, version FROM rooms WHERE id {}",
        database.among()
    );
    let rows = database.read(&sql, [hex_array(&rooms)]).await?;
    let version = |row: &QueryResult| {
        let room = RoomId(row.try_get_by_index(0)?);
        Ok((room, number(row, "version")?))
    };
    let versions: Result<_, DbErr> = rows.iter().map(version).collect();
    versions.map_err(backend)
}

fn head(row: &QueryResult) -> Result<(usize, Head), DbErr> {
    let asker: i64 = row.try_get("", "asker")?;
    let head = Head {
        room: RoomId(row.try_get("", "id")?),
        kind: word(row, "kind")?,
        role: word(row, "role")?,
        seq: number(row, "last_seq")?,
        version: number(row, "version")?,
        read_seq: number(row, "read_seq")?,
    };
    Ok((usize::try_from(asker).unwrap_or(usize::MAX), head))
}
