use std::sync::Arc;

use async_trait::async_trait;
use chrono::SecondsFormat;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde_json::json;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_messages::notify::{Entry, Log, Outcome, Rule};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::database::{Database, backend};
use crate::entity::{Word, unsigned};

pub(crate) struct NoticeStore(pub(crate) Arc<Database>);

/// Takes `[[id, user, room, seq, messages, decided_at, rule, outcomes]]`.
const SQLITE: &str = "
INSERT INTO notices (id, user_id, room_id, seq, messages, decided_at, rule, outcomes)
SELECT unhex(j.value->>0), u.id, r.id, j.value->>3, j.value->>4, j.value->>5, j.value->>6, j.value->>7
FROM json_each($1) j
CROSS JOIN users u ON u.id = unhex(j.value->>1)
CROSS JOIN rooms r ON r.id = unhex(j.value->>2)";

const POSTGRES: &str = "
INSERT INTO notices (id, user_id, room_id, seq, messages, decided_at, rule, outcomes)
SELECT (j.value->>0)::uuid, u.id, r.id, (j.value->>3)::bigint, (j.value->>4)::integer,
       (j.value->>5)::timestamptz, j.value->>6, j.value->>7
FROM jsonb_array_elements($1::jsonb) j
JOIN users u ON u.id = (j.value->>1)::uuid
JOIN rooms r ON r.id = (j.value->>2)::uuid";

const RECENT: &str = "SELECT * FROM notices WHERE user_id = $1 ORDER BY id DESC LIMIT $2";

const TOO_MANY: &str = "
DELETE FROM notices WHERE id IN (
  SELECT id FROM (
    SELECT id, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY id DESC) AS place FROM notices
  ) placed WHERE place > $1)";

impl NoticeStore {
    async fn execute(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64, BackendError> {
        let statement = self.0.statement(sql, values);
        let done = self.0.writer().execute_raw(statement);
        let done = self.0.within(async { done.await.map_err(backend) }).await?;
        Ok(done.rows_affected())
    }
}

#[async_trait]
impl Log for NoticeStore {
    async fn note(&self, entries: &[Entry]) -> Result<(), BackendError> {
        if entries.is_empty() {
            return Ok(());
        }
        let rows: serde_json::Value = entries.iter().map(row).collect();
        let sql = self.0.either(SQLITE, POSTGRES);
        self.execute(sql, [rows.to_string().into()]).await?;
        Ok(())
    }

    async fn recent(&self, user: UserId, limit: u32) -> Result<Vec<Entry>, BackendError> {
        let rows = self
            .0
            .read(RECENT, [user.0.into(), i64::from(limit).into()]);
        let rows = self.0.within(rows).await?;
        let all: Result<_, _> = rows.iter().map(entry).collect();
        all.map_err(backend)
    }

    async fn sweep(&self, before: Time, most: u32) -> Result<u64, BackendError> {
        let old = "DELETE FROM notices WHERE decided_at < $1";
        let old = self.execute(old, [before.into()]).await?;
        let many = self.execute(TOO_MANY, [i64::from(most).into()]).await?;
        Ok(old + many)
    }
}

fn row(entry: &Entry) -> serde_json::Value {
    let outcomes = entry.outcomes.iter();
    let outcomes: serde_json::Value = outcomes
        .map(|outcome| json!([outcome.device, outcome.result]))
        .collect();
    json!([
        entry.id.simple().to_string(),
        entry.user.0.simple().to_string(),
        entry.room.0.simple().to_string(),
        entry.seq,
        entry.count,
        // As the driver writes times on SQLite.
        entry.at.to_rfc3339_opts(SecondsFormat::AutoSi, false),
        entry.rule.word(),
        outcomes.to_string(),
    ])
}

fn entry(row: &QueryResult) -> Result<Entry, DbErr> {
    let outcomes: String = row.try_get("", "outcomes")?;
    let outcomes: Vec<(String, String)> =
        serde_json::from_str(&outcomes).map_err(|error| DbErr::Type(error.to_string()))?;
    let (rule, count): (String, i32) = (row.try_get("", "rule")?, row.try_get("", "messages")?);
    Ok(Entry {
        id: row.try_get("", "id")?,
        user: UserId(row.try_get("", "user_id")?),
        room: RoomId(row.try_get("", "room_id")?),
        seq: unsigned(row.try_get("", "seq")?),
        count: u32::try_from(count).unwrap_or_default(),
        at: row.try_get("", "decided_at")?,
        rule: Rule::from_word(&rule)?,
        outcomes: outcomes
            .into_iter()
            .map(|(device, result)| Outcome { device, result })
            .collect(),
    })
}
