use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{ReadMark, ReadMoved};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::database::{Database, backend};
use crate::entity::{signed, unsigned};

const PLACE: &str = "
SELECT m.read_seq, r.last_seq,
       (SELECT COUNT(*) FROM memberships a WHERE a.room_id = m.room_id) AS members
FROM memberships m JOIN rooms r ON r.id = m.room_id
WHERE m.room_id = $1 AND m.user_id = $2";

const MOVE: &str = "UPDATE memberships SET read_seq = $3 WHERE room_id = $1 AND user_id = $2";

pub(super) async fn mark(
    database: &Database,
    room: RoomId,
    user: UserId,
    mark: ReadMark,
) -> Result<Option<ReadMoved>, BackendError> {
    let member = [room.0.into(), user.0.into()];
    // Most marks come late and move nothing: they are not worth a place among the writers.
    let rows = database.read(PLACE, member.clone()).await?;
    match place(&rows, mark)? {
        Some(place) if place.moved => {}
        done => return Ok(done),
    }
    let transaction = database.begin().await?;
    let lock = if database.is_postgres() {
        " FOR UPDATE OF m"
    } else {
        ""
    };
    let locked = database.statement(&format!("{PLACE}{lock}"), member);
    let rows = transaction.query_all_raw(locked).await.map_err(backend)?;
    let place = place(&rows, mark)?;
    if let Some(place) = place.filter(|place| place.moved) {
        let values = [room.0.into(), user.0.into(), signed(place.seq).into()];
        let update = database.statement(MOVE, values);
        transaction.execute_raw(update).await.map_err(backend)?;
        transaction.commit().await.map_err(backend)?;
    }
    Ok(place)
}

/// Where the pointer stands after the mark.
fn place(rows: &[QueryResult], mark: ReadMark) -> Result<Option<ReadMoved>, BackendError> {
    let moved = |row: &QueryResult| {
        let number = |column| row.try_get::<i64>("", column).map(unsigned);
        let (before, last) = (number("read_seq")?, number("last_seq")?);
        let seq = match mark {
            ReadMark::Forward(seq) => seq.min(last).max(before),
            ReadMark::Exactly(seq) => seq.min(last),
        };
        Ok::<_, DbErr>(ReadMoved {
            seq,
            moved: seq != before,
            members: number("members")?,
        })
    };
    rows.first().map(moved).transpose().map_err(backend)
}
