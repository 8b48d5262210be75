use sea_orm::ConnectionTrait;
use whatscrap_kernel::BackendError;

use crate::database::{Database, backend};
use crate::entity::unsigned;

/// Which history a database holds, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// The history's name; see [`Messages::epoch`](whatscrap_messages::Messages::epoch).
    pub name: String,
    /// All changes of all rooms so far. Within one history it only rises.
    pub changes: u64,
}

pub(crate) async fn read(database: &Database) -> Result<Epoch, BackendError> {
    let sql = "SELECT value, (SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM rooms) \
               FROM meta WHERE name = 'epoch'";
    let rows = database.read(sql, []).await?;
    let row = rows.first().ok_or_else(|| BackendError::new("no epoch"))?;
    let changes: i64 = row.try_get_by_index(1).map_err(backend)?;
    Ok(Epoch {
        name: row.try_get_by_index(0).map_err(backend)?,
        changes: unsigned(changes),
    })
}

pub(crate) async fn renew(database: &Database) -> Result<(), BackendError> {
    let random = if database.is_postgres() {
        "replace(gen_random_uuid()::text, '-', '')"
    } else {
        "lower(hex(randomblob(16)))"
    };
    let update = format!("UPDATE meta SET value = {random} WHERE name = 'epoch'");
    let updated = database.writer().execute_unprepared(&update).await;
    updated.map(drop).map_err(backend)
}
