use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use whatscrap_kernel::{BackendError, Uuid};
use whatscrap_users::UserId;

use crate::database::{Database, backend};

/// Resets are rows of `meta`, one for each account, with another value each time.
const PREFIX: &str = "reset:";
const READ: &str = "SELECT name, value FROM meta WHERE name LIKE 'reset:%'";

pub(crate) async fn read(database: &Database) -> Result<HashMap<UserId, String>, BackendError> {
    let mut resets = HashMap::new();
    for row in database.read(READ, []).await? {
        let name: String = row.try_get_by_index(0).map_err(backend)?;
        let user = name.strip_prefix(PREFIX).map(Uuid::try_parse);
        if let Some(Ok(user)) = user {
            resets.insert(UserId(user), row.try_get_by_index(1).map_err(backend)?);
        }
    }
    Ok(resets)
}

pub(crate) async fn note(database: &Database, user: UserId) -> Result<(), BackendError> {
    let random = database.random();
    let write = format!(
        "INSERT INTO meta (name, value) VALUES ($1, {random})
        ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    );
    let name = format!("{PREFIX}{}", user.0.simple());
    let write = database.statement(&write, [name.into()]);
    let written = database.writer().execute_raw(write).await;
    written.map(drop).map_err(backend)
}
