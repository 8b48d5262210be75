use sea_orm::DbErr;
use whatscrap_kernel::{BackendError, Page};
use whatscrap_messages::{Changes, Message, PageAt};
use whatscrap_rooms::RoomId;

use super::row::{SELECT, messages};
use crate::database::{Database, backend};
use crate::entity::{signed, unsigned};

pub(super) async fn page(
    database: &Database,
    room: RoomId,
    at: PageAt,
    limit: u32,
) -> Result<Page<Message>, BackendError> {
    let Some((last, _)) = head(database, room).await? else {
        return Ok(Page {
            items: Vec::new(),
            has_before: false,
            has_after: false,
        });
    };
    let (first, end) = positions(at, u64::from(limit), last);
    let sql =
        format!("{SELECT} WHERE m.room_id = $1 AND m.seq >= $2 AND m.seq < $3 ORDER BY m.seq");
    let values = [room.0.into(), signed(first).into(), signed(end).into()];
    Ok(Page {
        items: messages(&database.read(&sql, values).await?)?,
        has_before: first > 1 && last > 0,
        has_after: end <= last,
    })
}

/// The positions of a page, first and one past the last: `seq` has no holes, so they follow from
/// the newest one.
fn positions(at: PageAt, limit: u64, last: u64) -> (u64, u64) {
    let end = last + 1;
    let upto = |past: u64| (past.saturating_sub(limit).max(1), past);
    let from = |first: u64| (first, first.saturating_add(limit).min(end));
    match at {
        PageAt::Newest => upto(end),
        PageAt::Before(seq) => upto(seq.clamp(1, end)),
        PageAt::After(seq) => from(seq.saturating_add(1).min(end)),
        PageAt::Around(seq) => {
            let newest = end.saturating_sub(limit).max(1);
            from(seq.saturating_sub(limit / 2).clamp(1, newest))
        }
    }
}

pub(super) async fn changes(
    database: &Database,
    room: RoomId,
    after: u64,
    limit: u32,
) -> Result<Option<Changes>, BackendError> {
    // The room's version comes first: what changes between the two statements is later than it.
    let version = match head(database, room).await? {
        Some((_, version)) if version >= after => version,
        _ => return Ok(None),
    };
    let sql = format!(
        "{SELECT} WHERE m.room_id = $1 AND m.version > $2 AND m.version <= $3 \
         ORDER BY m.version LIMIT $4"
    );
    let values = [
        room.0.into(),
        signed(after).into(),
        signed(version).into(),
        (i64::from(limit) + 1).into(),
    ];
    let mut changed = messages(&database.read(&sql, values).await?)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = changed.len() > limit;
    changed.truncate(limit);
    Ok(Some(Changes {
        version: match changed.last() {
            Some(last) if more => last.version,
            _ => version,
        },
        messages: changed,
        more,
    }))
}

/// The newest position and version of a room.
async fn head(database: &Database, room: RoomId) -> Result<Option<(u64, u64)>, BackendError> {
    let sql = "SELECT last_seq, version FROM rooms WHERE id = $1";
    let rows = database.read(sql, [room.0.into()]).await?;
    let head = |row: &sea_orm::QueryResult| {
        let (seq, version): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        Ok::<_, DbErr>((unsigned(seq), unsigned(version)))
    };
    rows.first().map(head).transpose().map_err(backend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_at_the_ends_of_the_room() {
        for (at, last, expected) in [
            (PageAt::Newest, 0, (1, 1)),
            (PageAt::Newest, 3, (1, 4)),
            (PageAt::Newest, 9, (6, 10)),
            (PageAt::Before(0), 9, (1, 1)),
            (PageAt::Before(1), 9, (1, 1)),
            (PageAt::Before(6), 9, (2, 6)),
            (PageAt::Before(u64::MAX), 9, (6, 10)),
            (PageAt::After(0), 9, (1, 5)),
            (PageAt::After(7), 9, (8, 10)),
            (PageAt::After(u64::MAX), 9, (10, 10)),
            (PageAt::Around(0), 9, (1, 5)),
            (PageAt::Around(5), 9, (3, 7)),
            (PageAt::Around(9), 9, (6, 10)),
            (PageAt::Around(u64::MAX), 9, (6, 10)),
            (PageAt::Around(1), 0, (1, 1)),
        ] {
            assert_eq!(positions(at, 4, last), expected, "{at:?} of {last}");
        }
    }
}
