use sea_orm::{ConnectionTrait, QueryResult};
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
    let row = row(
        database,
        "value, (SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM rooms)",
    );
    let row = row.await?;
    let changes: i64 = row.try_get_by_index(1).map_err(backend)?;
    Ok(Epoch {
        name: row.try_get_by_index(0).map_err(backend)?,
        changes: unsigned(changes),
    })
}

/// The history's name alone, which looks at no room.
pub(crate) async fn name(database: &Database) -> Result<String, BackendError> {
    let row = row(database, "value").await?;
    row.try_get_by_index(0).map_err(backend)
}

async fn row(database: &Database, columns: &str) -> Result<QueryResult, BackendError> {
    let sql = format!("SELECT {columns} FROM meta WHERE name = 'epoch'");
    let row = database.read(&sql, []).await?.into_iter().next();
    row.ok_or_else(|| BackendError::new("no epoch"))
}

pub(crate) async fn renew(database: &Database) -> Result<(), BackendError> {
    let random = database.random();
    let update = format!("UPDATE meta SET value = {random} WHERE name = 'epoch'");
    let updated = database.writer().execute_unprepared(&update).await;
    updated.map(drop).map_err(backend)
}
