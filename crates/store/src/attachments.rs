use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, DbErr, ExecResult, QueryResult, Value};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_messages::attachments::{AddError, Kept, LEAST_BYTES, NewAttachment};
use whatscrap_messages::{Attachment, AttachmentId, Attachments};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::database::{Database, backend, hex_array};
use crate::entity::{signed, unsigned};

pub(crate) struct AttachmentStore(pub(crate) Arc<Database>);

/// One lock a person, so that of many at once none is counted out of turn.
const LOCK: &str = "SELECT id FROM users WHERE id = $1";

const USED: &str = "
SELECT CAST(COALESCE(SUM(CASE WHEN size < $2 THEN $2 ELSE size END), 0) AS BIGINT) AS used
FROM attachments WHERE owner_id = $1 AND discarded_at IS NULL";

const ADD: &str = "
INSERT INTO attachments (id, owner_id, name, kind, size, width, height, has_thumbnail, alt,
                         created_at, confirmed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, FALSE)";

/// What may still become a message's, or be changed.
const UNUSED: &str = "message_id IS NULL AND discarded_at IS NULL AND confirmed";

impl AttachmentStore {
    async fn insert(&self, new: &NewAttachment, quota: u64) -> Result<(), AddError> {
        let database = &self.0;
        let transaction = database.begin().await?;
        let lock = database.either(LOCK.to_owned(), format!("{LOCK} FOR UPDATE"));
        let lock = database.statement(&lock, [new.owner.0.into()]);
        transaction.query_all_raw(lock).await.map_err(backend)?;
        let used = database.statement(USED, [new.owner.0.into(), least()]);
        let used = transaction.query_all_raw(used).await.map_err(backend)?;
        let file = &new.attachment;
        if sum(&used)? + file.size.max(LEAST_BYTES) > quota {
            return Err(AddError::QuotaExceeded);
        }
        let values: [Value; 10] = [
            file.id.0.into(),
            new.owner.0.into(),
            file.name.as_str().into(),
            file.kind.as_str().into(),
            signed(file.size).into(),
            file.width.map(pixels).into(),
            file.height.map(pixels).into(),
            file.has_thumbnail.into(),
            file.alt.clone().into(),
            new.created_at.into(),
        ];
        let add = database.statement(ADD, values);
        transaction.execute_raw(add).await.map_err(backend)?;
        Ok(transaction.commit().await.map_err(backend)?)
    }

    async fn write(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<ExecResult, BackendError> {
        let statement = self.0.statement(sql, values);
        let written = self.0.writer().execute_raw(statement);
        let written = async { written.await.map_err(backend) };
        self.0.within(written).await
    }

    /// The ids that a statement finds.
    async fn ids(&self, sql: &str, value: Value) -> Result<Vec<AttachmentId>, BackendError> {
        let rows = self.0.within(self.0.read(sql, [value])).await?;
        let id = |row: &QueryResult| row.try_get("", "id").map(AttachmentId);
        let ids: Result<_, _> = rows.iter().map(id).collect();
        ids.map_err(backend)
    }

    /// A condition that an id is among those of the parameter.
    fn among(&self) -> &'static str {
        self.0.either(
            "id IN (SELECT unhex(value) FROM json_each($1))",
            "id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))",
        )
    }
}

#[async_trait]
impl Attachments for AttachmentStore {
    async fn used(&self, owner: UserId) -> Result<u64, BackendError> {
        let rows = self.0.read(USED, [owner.0.into(), least()]);
        sum(&self.0.within(rows).await?)
    }

    async fn add(&self, new: &NewAttachment, quota: u64) -> Result<(), AddError> {
        self.0.within(self.insert(new, quota)).await
    }

    async fn confirm(&self, id: AttachmentId) -> Result<(), BackendError> {
        let sql = "UPDATE attachments SET confirmed = TRUE WHERE id = $1";
        self.write(sql, [id.0.into()]).await.map(drop)
    }

    async fn find(&self, id: AttachmentId) -> Result<Option<Kept>, BackendError> {
        let sql = "SELECT * FROM attachments WHERE id = $1 AND confirmed AND discarded_at IS NULL";
        let rows = self.0.within(self.0.read(sql, [id.0.into()])).await?;
        rows.first().map(kept).transpose().map_err(backend)
    }

    async fn describe<'a>(
        &self,
        id: AttachmentId,
        owner: UserId,
        alt: Option<&'a str>,
    ) -> Result<Option<Attachment>, BackendError> {
        let sql = format!(
            "UPDATE attachments SET alt = $3 WHERE id = $1 AND owner_id = $2 AND {UNUSED} \
             RETURNING *"
        );
        let values = [id.0.into(), owner.0.into(), alt.into()];
        let described = self.0.statement(&sql, values);
        let described = self.0.writer().query_one_raw(described);
        let row = async { described.await.map_err(backend) };
        let row = self.0.within(row).await?;
        row.as_ref().map(attachment).transpose().map_err(backend)
    }

    async fn discard(
        &self,
        id: AttachmentId,
        owner: UserId,
        now: Time,
    ) -> Result<bool, BackendError> {
        let sql = format!(
            "UPDATE attachments SET discarded_at = $3 WHERE id = $1 AND owner_id = $2 AND {UNUSED}"
        );
        let values = [id.0.into(), owner.0.into(), now.into()];
        Ok(self.write(&sql, values).await?.rows_affected() > 0)
    }

    async fn expire(&self, before: Time, now: Time) -> Result<(), BackendError> {
        let sql = "UPDATE attachments SET discarded_at = $2 \
                   WHERE message_id IS NULL AND discarded_at IS NULL AND created_at < $1";
        let values = [before.into(), now.into()];
        self.write(sql, values).await.map(drop)
    }

    async fn discarded(&self, most: u32) -> Result<Vec<AttachmentId>, BackendError> {
        let sql = "SELECT id FROM attachments WHERE discarded_at IS NOT NULL \
                   ORDER BY discarded_at LIMIT $1";
        self.ids(sql, i64::from(most).into()).await
    }

    async fn forget(&self, ids: &[AttachmentId]) -> Result<(), BackendError> {
        let among = self.among();
        let sql = format!("DELETE FROM attachments WHERE {among} AND discarded_at IS NOT NULL");
        self.write(&sql, [hex(ids)]).await.map(drop)
    }

    async fn known(&self, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>, BackendError> {
        let sql = format!("SELECT id FROM attachments WHERE {}", self.among());
        self.ids(&sql, hex(ids)).await
    }
}

fn hex(ids: &[AttachmentId]) -> Value {
    let ids: Vec<&[u8; 16]> = ids.iter().map(|id| id.0.as_bytes()).collect();
    hex_array(&ids)
}

fn least() -> Value {
    signed(LEAST_BYTES).into()
}

fn pixels(pixels: u32) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}

fn sum(rows: &[QueryResult]) -> Result<u64, BackendError> {
    let row = rows
        .first()
        .ok_or_else(|| BackendError::new("a sum is always there"))?;
    row.try_get("", "used").map(unsigned).map_err(backend)
}

fn kept(row: &QueryResult) -> Result<Kept, DbErr> {
    let room: Option<Uuid> = row.try_get("", "room_id")?;
    Ok(Kept {
        attachment: attachment(row)?,
        owner: UserId(row.try_get("", "owner_id")?),
        room: room.map(RoomId),
    })
}

/// What is known of a file, out of a row of `attachments`.
pub(crate) fn attachment(row: &QueryResult) -> Result<Attachment, DbErr> {
    let pixels = |column| {
        let pixels: Option<i32> = row.try_get("", column)?;
        Ok::<_, DbErr>(pixels.and_then(|pixels| u32::try_from(pixels).ok()))
    };
    Ok(Attachment {
        id: AttachmentId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        kind: row.try_get("", "kind")?,
        size: unsigned(row.try_get("", "size")?),
        width: pixels("width")?,
        height: pixels("height")?,
        has_thumbnail: row.try_get("", "has_thumbnail")?,
        alt: row.try_get("", "alt")?,
    })
}
