use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{ReadMark, ReadMoved, SMALL_ROOM};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::database::{Database, backend};
use crate::entity::{signed, unsigned};

const PLACE: &str = "
SELECT m.read_seq, r.last_seq,
       CASE WHEN m.own_after_seq = m.read_seq THEN m.own_after ELSE 0 END AS own_after,
       (SELECT COUNT(*) FROM (SELECT 1 FROM memberships a WHERE a.room_id = m.room_id LIMIT $3) a)
       AS members
FROM memberships m JOIN rooms r ON r.id = m.room_id
WHERE m.room_id = $1 AND m.user_id = $2";

/// The sign keeps `seq` from being searched by, in favour of the author: one's own messages are
/// fewer than all after a position.
const OWN_AFTER: &str = "
SELECT COUNT(*) FROM messages WHERE room_id = $1 AND author_id = $2 AND +seq > $3";

/// Posting moves the pointer too, so that nothing of one's own is missed between counting it and
/// this.
const MOVE: &str = "
UPDATE memberships SET read_seq = $3, own_after_seq = $3, own_after = $4
WHERE room_id = $1 AND user_id = $2 AND read_seq = $5";

struct Place {
    read: u64,
    last: u64,
    own_after: u64,
    members: u64,
}

/// Most marks come late and move nothing, and none needs a place among the writers before it is
/// known where it goes. One that another one overtook begins anew.
pub(super) async fn mark(
    database: &Database,
    room: RoomId,
    user: UserId,
    mark: ReadMark,
) -> Result<Option<ReadMoved>, BackendError> {
    loop {
        let Some(place) = place(database, room, user).await? else {
            return Ok(None);
        };
        let seq = match mark {
            ReadMark::Forward(seq) => seq.min(place.last).max(place.read),
            ReadMark::Exactly(seq) => seq.min(place.last),
        };
        let moves = seq != place.read;
        if !moves || go(database, room, user, &place, seq).await? {
            return Ok(Some(ReadMoved {
                seq,
                moved: moves,
                is_small: place.members <= SMALL_ROOM,
            }));
        }
    }
}

async fn place(
    database: &Database,
    room: RoomId,
    user: UserId,
) -> Result<Option<Place>, BackendError> {
    let most = signed(SMALL_ROOM + 1);
    let rows = database.read(PLACE, [room.0.into(), user.0.into(), most.into()]);
    let place = |row: &QueryResult| {
        let number = |column| row.try_get::<i64>("", column).map(unsigned);
        Ok::<_, DbErr>(Place {
            read: number("read_seq")?,
            last: number("last_seq")?,
            own_after: number("own_after")?,
            members: number("members")?,
        })
    };
    rows.await?.first().map(place).transpose().map_err(backend)
}

/// Moves the pointer, unless it stands elsewhere by now.
async fn go(
    database: &Database,
    room: RoomId,
    user: UserId,
    from: &Place,
    to: u64,
) -> Result<bool, BackendError> {
    let (room, user, to, before) = (room.0, user.0, signed(to), signed(from.read));
    let own_after: i64 = if to < before || from.own_after > 0 {
        let rows = database.read(OWN_AFTER, [room.into(), user.into(), to.into()]);
        let count = rows.await?.first().map(|row| row.try_get_by_index(0));
        count.transpose().map_err(backend)?.unwrap_or_default()
    } else {
        0
    };
    let values = [
        room.into(),
        user.into(),
        to.into(),
        own_after.into(),
        before.into(),
    ];
    let moved = database.statement(MOVE, values);
    let moved = database.writer().execute_raw(moved).await;
    Ok(moved.map_err(backend)?.rows_affected() > 0)
}
