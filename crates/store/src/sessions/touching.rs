use std::sync::Arc;

use chrono::SecondsFormat;
use sea_orm::ConnectionTrait;
use serde_json::json;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_users::SessionId;

use crate::database::{Database, backend};

/// That a session was used.
pub(super) struct Touch {
    pub(super) id: SessionId,
    pub(super) seen: Time,
    pub(super) expires: Time,
}

/// Takes `[[session, last_seen_at, expires_at]]`; neither goes backwards.
const SQLITE: &str = "
UPDATE sessions SET last_seen_at = max(last_seen_at, j.value->>1),
                    expires_at = max(expires_at, j.value->>2)
FROM jsonb_each($1) j WHERE sessions.id = unhex(j.value->>0)";

const POSTGRES: &str = "
UPDATE sessions SET last_seen_at = greatest(last_seen_at, (j.value->>1)::timestamptz),
                    expires_at = greatest(expires_at, (j.value->>2)::timestamptz)
FROM jsonb_array_elements($1::jsonb) j WHERE sessions.id = (j.value->>0)::uuid";

pub(super) async fn touch(
    database: Arc<Database>,
    touches: Vec<Touch>,
) -> Result<Vec<()>, BackendError> {
    // As the driver writes times on SQLite.
    let time = |time: &Time| time.to_rfc3339_opts(SecondsFormat::AutoSi, false);
    let row = |Touch { id, seen, expires }: &Touch| {
        json!([id.0.simple().to_string(), time(seen), time(expires)])
    };
    let rows: serde_json::Value = touches.iter().map(row).collect();
    let update = database.statement(database.either(SQLITE, POSTGRES), [rows.to_string().into()]);
    database
        .writer()
        .execute_raw(update)
        .await
        .map_err(backend)?;
    Ok(vec![(); touches.len()])
}
