use sea_orm::Value;
use whatscrap_kernel::{BackendError, Page, Uuid};
use whatscrap_messages::{Message, MessageId};
use whatscrap_users::UserId;

use super::row::{SELECT, messages};
use crate::database::{self, Database};

/// What names `$1` in their rooms before `$2`: by their name, and of each room its newest calls. Each
/// is read through the index of addressees, and to the limit `$3`.
///
/// SQLite has no LATERAL: of each room the calls from the last one on that could be asked for.
const SQLITE: &str = "
WHERE m.deleted_at IS NULL AND m.id IN (
  SELECT message_id FROM (
    SELECT n.message_id FROM mentions n
    WHERE n.addressee_id = $1 AND n.message_id < $2
      AND EXISTS (SELECT 1 FROM memberships p WHERE p.room_id = n.room_id AND p.user_id = $1)
      AND EXISTS (SELECT 1 FROM messages d WHERE d.id = n.message_id AND d.deleted_at IS NULL)
    ORDER BY n.message_id DESC LIMIT $3) a
  UNION
  SELECT n.message_id FROM memberships p
  CROSS JOIN mentions n ON n.addressee_id = p.room_id AND n.message_id < $2
    AND n.message_id >= COALESCE((
      SELECT k.message_id FROM mentions k
      WHERE k.addressee_id = p.room_id AND k.message_id < $2 AND k.author_id <> $1
        AND EXISTS (SELECT 1 FROM messages d WHERE d.id = k.message_id AND d.deleted_at IS NULL)
      ORDER BY k.message_id DESC LIMIT 1 OFFSET $3 - 1), x'')
  WHERE p.user_id = $1 AND n.author_id <> $1)
ORDER BY m.id DESC LIMIT $3";

const POSTGRES: &str = "
WHERE m.deleted_at IS NULL AND m.id IN (
  SELECT message_id FROM (
    SELECT n.message_id FROM mentions n
    WHERE n.addressee_id = $1 AND n.message_id < $2
      AND EXISTS (SELECT 1 FROM memberships p WHERE p.room_id = n.room_id AND p.user_id = $1)
      AND EXISTS (SELECT 1 FROM messages d WHERE d.id = n.message_id AND d.deleted_at IS NULL)
    ORDER BY n.message_id DESC LIMIT $3) a
  UNION
  SELECT k.message_id FROM memberships p, LATERAL (
    SELECT n.message_id FROM mentions n
    WHERE n.addressee_id = p.room_id AND n.message_id < $2 AND n.author_id <> $1
      AND EXISTS (SELECT 1 FROM messages d WHERE d.id = n.message_id AND d.deleted_at IS NULL)
    ORDER BY n.message_id DESC LIMIT $3) k
  WHERE p.user_id = $1)
ORDER BY m.id DESC LIMIT $3";

pub(super) async fn page(
    database: &Database,
    user: UserId,
    before: Option<MessageId>,
    limit: u32,
) -> Result<Page<Message>, BackendError> {
    let sql = format!("{SELECT} {}", database.either(SQLITE, POSTGRES));
    let past = before.map_or(Uuid::max(), |message| message.0);
    let values: [Value; 3] = [user.0.into(), past.into(), (i64::from(limit) + 1).into()];
    let found = messages(&database.read(&sql, values).await?)?;
    Ok(database::page(found, before.is_some(), limit))
}
