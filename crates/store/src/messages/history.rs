use sea_orm::{DbErr, QueryResult};
use whatscrap_kernel::{BackendError, Uuid};
use whatscrap_messages::{Edit, History, MessageBody, MessageId};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::database::{Database, backend};

/// A message that was never edited is a row without a body.
const EDITS: &str = "
SELECT m.author_id, e.body, e.said_at
FROM messages m LEFT JOIN edits e ON e.message_id = m.id
WHERE m.id = $1 AND m.room_id = $2
ORDER BY e.version DESC LIMIT $3";

pub(super) async fn history(
    database: &Database,
    room: RoomId,
    message: MessageId,
) -> Result<Option<History>, BackendError> {
    let most = i64::from(History::MOST);
    let values = [message.0.into(), room.0.into(), most.into()];
    let rows = database.read(EDITS, values).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let author: Uuid = first.try_get("", "author_id").map_err(backend)?;
    let edits: Result<Vec<_>, _> = rows.iter().rev().map(edit).collect();
    Ok(Some(History {
        author: UserId(author),
        edits: edits.map_err(backend)?.into_iter().flatten().collect(),
    }))
}

fn edit(row: &QueryResult) -> Result<Option<Edit>, DbErr> {
    let Some(body) = row.try_get("", "body")? else {
        return Ok(None);
    };
    Ok(Some(Edit {
        body: MessageBody::stored(body),
        said_at: row.try_get("", "said_at")?,
    }))
}
