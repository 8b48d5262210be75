use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Value};
use sha2::{Digest, Sha256};
use whatscrap_kernel::BackendError;
use whatscrap_messages::notify::{
    Keys, Listener, NewSubscription, SUBSCRIPTIONS_PER_USER, SubscribeError, Subscription,
    SubscriptionId, Subscriptions,
};
use whatscrap_rooms::RoomId;
use whatscrap_users::{SessionId, UserId};

use crate::database::{Database, backend, hex_array};
use crate::entity::unsigned;
use crate::rooms::chosen_level;

pub(crate) struct SubscriptionStore(pub(crate) Arc<Database>);

/// One lock a person, so that of many at once none is counted out of turn.
const LOCK: &str = "SELECT id FROM users WHERE id = $1";

/// The session, whose the endpoint is now, and how many others the person has.
const BEFORE: &str = "
SELECT (SELECT COUNT(*) FROM sessions WHERE id = $1 AND user_id = $2) AS sessions,
       (SELECT user_id FROM push_subscriptions WHERE endpoint_hash = $3) AS owner,
       (SELECT COUNT(*) FROM push_subscriptions
        WHERE user_id = $2 AND endpoint_hash <> $3) AS others";

const ADD: &str = "
INSERT INTO push_subscriptions
       (id, user_id, session_id, endpoint, endpoint_hash, p256dh, auth, created_at, origin)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (endpoint_hash) DO UPDATE
SET id = excluded.id, user_id = excluded.user_id, session_id = excluded.session_id,
    p256dh = excluded.p256dh, auth = excluded.auth, created_at = excluded.created_at,
    origin = excluded.origin";

/// Of whom, is to follow.
const LIST: &str = "
SELECT p.*, s.user_agent
FROM push_subscriptions p JOIN sessions s ON s.id = p.session_id
WHERE p.user_id";

const LISTENERS: &str = "
SELECT m.user_id, m.notifications
FROM memberships m
WHERE m.room_id = $1
  AND EXISTS (SELECT 1 FROM push_subscriptions p WHERE p.user_id = m.user_id)";

impl SubscriptionStore {
    async fn insert(&self, new: &NewSubscription) -> Result<Option<UserId>, SubscribeError> {
        let database = &self.0;
        let hash = Sha256::digest(&new.endpoint).to_vec();
        let transaction = database.begin().await?;
        let lock = database.either(LOCK.to_owned(), format!("{LOCK} FOR UPDATE"));
        let lock = database.statement(&lock, [new.user.0.into()]);
        transaction.query_all_raw(lock).await.map_err(backend)?;
        let values = [new.session.0.into(), new.user.0.into(), hash.clone().into()];
        let before = one(&transaction, database.statement(BEFORE, values)).await?;
        let count = |column| before.try_get("", column).map(unsigned).map_err(backend);
        if count("sessions")? == 0 {
            return Err(SubscribeError::SessionEnded);
        }
        if count("others")? >= SUBSCRIPTIONS_PER_USER {
            return Err(SubscribeError::TooMany);
        }
        let owner: Option<sea_orm::prelude::Uuid> = before.try_get("", "owner").map_err(backend)?;
        let values: [Value; 9] = [
            new.id.0.into(),
            new.user.0.into(),
            new.session.0.into(),
            new.endpoint.as_str().into(),
            hash.into(),
            new.keys.p256dh.to_vec().into(),
            new.keys.auth.to_vec().into(),
            new.created_at.into(),
            new.origin.as_deref().into(),
        ];
        let add = database.statement(ADD, values);
        transaction.execute_raw(add).await.map_err(backend)?;
        transaction.commit().await.map_err(backend)?;
        Ok(owner.map(UserId).filter(|owner| *owner != new.user))
    }

    async fn delete(
        &self,
        condition: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<bool, BackendError> {
        let sql = format!("DELETE FROM push_subscriptions WHERE {condition}");
        let delete = self.0.statement(&sql, values);
        let deleted = self.0.writer().execute_raw(delete);
        self.0
            .within(async { deleted.await.map_err(backend) })
            .await
            .map(|deleted| deleted.rows_affected() > 0)
    }
}

#[async_trait]
impl Subscriptions for SubscriptionStore {
    async fn add(&self, new: &NewSubscription) -> Result<Option<UserId>, SubscribeError> {
        self.0.within(self.insert(new)).await
    }

    async fn remove(&self, user: UserId, endpoint: &str) -> Result<bool, BackendError> {
        let hash = Sha256::digest(endpoint).to_vec();
        let values = [user.0.into(), hash.into()];
        self.delete("user_id = $1 AND endpoint_hash = $2", values)
            .await
    }

    async fn forget(&self, user: UserId, id: SubscriptionId) -> Result<bool, BackendError> {
        let values = [user.0.into(), id.0.into()];
        self.delete("user_id = $1 AND id = $2", values).await
    }

    async fn list(&self, users: &[UserId]) -> Result<Vec<Subscription>, BackendError> {
        let users: Vec<_> = users.iter().map(|user| user.0).collect();
        let sql = format!("{LIST} {} ORDER BY p.created_at, p.id", self.0.among());
        let rows = self.0.read(&sql, [hex_array(&users)]);
        let rows = self.0.within(rows).await?;
        let all: Result<_, _> = rows.iter().map(subscription).collect();
        all.map_err(backend)
    }

    async fn listeners(&self, room: RoomId) -> Result<Vec<Listener>, BackendError> {
        let rows = self.0.read(LISTENERS, [room.0.into()]);
        let rows = self.0.within(rows).await?;
        let all: Result<_, _> = rows.iter().map(listener).collect();
        all.map_err(backend)
    }
}

async fn one(
    transaction: &DatabaseTransaction,
    statement: sea_orm::Statement,
) -> Result<QueryResult, BackendError> {
    let row = transaction
        .query_one_raw(statement)
        .await
        .map_err(backend)?;
    row.ok_or_else(|| BackendError::new("a row of counts is always there"))
}

fn subscription(row: &QueryResult) -> Result<Subscription, DbErr> {
    let (p256dh, auth): (Vec<u8>, Vec<u8>) = (row.try_get("", "p256dh")?, row.try_get("", "auth")?);
    let keys = Keys::parse(&p256dh, &auth).map_err(|error| DbErr::Type(error.to_string()))?;
    Ok(Subscription {
        id: SubscriptionId(row.try_get("", "id")?),
        user: UserId(row.try_get("", "user_id")?),
        session: SessionId(row.try_get("", "session_id")?),
        endpoint: row.try_get("", "endpoint")?,
        keys,
        created_at: row.try_get("", "created_at")?,
        origin: row.try_get("", "origin")?,
        user_agent: row.try_get("", "user_agent")?,
    })
}

fn listener(row: &QueryResult) -> Result<Listener, DbErr> {
    Ok(Listener {
        user: UserId(row.try_get("", "user_id")?),
        level: chosen_level(row)?,
    })
}
