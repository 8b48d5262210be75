use sea_orm::{DbErr, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{SMALL_ROOM, Seen};
use whatscrap_rooms::RoomId;
use whatscrap_users::{Preferences, UserId};

use crate::database::{Database, backend};
use crate::entity::{signed, unsigned};

const MARKS: &str = "
SELECT m.user_id, m.read_seq, u.preferences
FROM (SELECT user_id, read_seq FROM memberships WHERE room_id = $1 LIMIT $2) m
JOIN users u ON u.id = m.user_id";

pub(super) async fn seen(database: &Database, room: RoomId) -> Result<Vec<Seen>, BackendError> {
    // One more would tell that the room is not small.
    let most = signed(SMALL_ROOM + 1);
    let rows = database.read(MARKS, [room.0.into(), most.into()]).await?;
    if rows.len() as u64 > SMALL_ROOM {
        return Ok(Vec::new());
    }
    let marks: Result<Vec<_>, _> = rows.iter().map(mark).collect();
    Ok(marks.map_err(backend)?.into_iter().flatten().collect())
}

fn mark(row: &QueryResult) -> Result<Option<Seen>, DbErr> {
    let preferences: String = row.try_get("", "preferences")?;
    let seen = Seen {
        user: UserId(row.try_get("", "user_id")?),
        seq: unsigned(row.try_get("", "read_seq")?),
    };
    Ok(Preferences::stored(&preferences).receipts.then_some(seen))
}
