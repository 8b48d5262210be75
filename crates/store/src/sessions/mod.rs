use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QueryResult};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_users::{Login, NewSession, Session, SessionId, Sessions, TokenHash, UserId};

use crate::database::{Database, backend, hex_array};
use crate::entity::session::{self, Column, Entity};
use crate::gather::Gather;

mod finding;
mod touching;

pub(crate) struct SessionStore {
    database: Arc<Database>,
    finding: Gather<TokenHash, Option<Login>>,
    touching: Gather<touching::Touch, ()>,
}

impl SessionStore {
    pub(crate) fn new(database: Arc<Database>) -> Self {
        let (finding, touching) = (Arc::clone(&database), Arc::clone(&database));
        Self {
            database,
            finding: Gather::new(move |tokens| finding::find(Arc::clone(&finding), tokens)),
            touching: Gather::new(move |touches| touching::touch(Arc::clone(&touching), touches)),
        }
    }
}

#[async_trait]
impl Sessions for SessionStore {
    async fn open(&self, session: &NewSession) -> Result<(), BackendError> {
        let insert = Entity::insert(session::ActiveModel::from(session.clone()));
        self.database
            .within(async {
                let inserted = insert.exec_without_returning(self.database.writer()).await;
                inserted.map(|_| ()).map_err(backend)
            })
            .await
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Login>, BackendError> {
        self.database.within(self.finding.ask(*token)).await
    }

    async fn touch(&self, id: SessionId, seen: Time, expires: Time) -> Result<(), BackendError> {
        let touch = touching::Touch { id, seen, expires };
        self.database.within(self.touching.ask(touch)).await
    }

    async fn list(&self, user: UserId, now: Time) -> Result<Vec<Session>, BackendError> {
        let rows = Entity::find()
            .filter(Column::UserId.eq(user.0))
            .filter(Column::ExpiresAt.gt(now))
            .order_by_desc(Column::LastSeenAt)
            .order_by_desc(Column::Id);
        self.database
            .within(async {
                let rows = rows.all(self.database.reader()).await.map_err(backend)?;
                Ok(rows.into_iter().map(Session::from).collect())
            })
            .await
    }

    async fn standing(&self, ids: &[SessionId]) -> Result<Vec<SessionId>, BackendError> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let among = self.database.among();
        let sql = format!("SELECT id FROM sessions WHERE id {among}");
        let rows = self.database.read(&sql, [hex_array(&ids)]);
        let rows = self.database.within(rows).await?;
        let id = |row: &QueryResult| row.try_get_by_index(0).map(SessionId).map_err(backend);
        rows.iter().map(id).collect()
    }

    async fn end(&self, user: UserId, id: SessionId) -> Result<bool, BackendError> {
        let ended = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::UserId.eq(user.0));
        self.database
            .within(async {
                let ended = ended.exec(self.database.writer()).await.map_err(backend)?;
                Ok(ended.rows_affected > 0)
            })
            .await
    }

    async fn end_others(
        &self,
        user: UserId,
        keep: Option<SessionId>,
    ) -> Result<Vec<SessionId>, BackendError> {
        let keep = keep.map(|session| session.0);
        let sql = "DELETE FROM sessions WHERE user_id = $1 AND ($2 IS NULL OR id <> $2) \
                   RETURNING id";
        let ended = self.database.statement(sql, [user.0.into(), keep.into()]);
        self.database
            .within(async {
                let rows = self.database.writer().query_all_raw(ended).await;
                rows.map_err(backend)?
                    .iter()
                    .map(|row| row.try_get_by_index(0).map(SessionId).map_err(backend))
                    .collect()
            })
            .await
    }

    async fn prune(&self, now: Time) -> Result<u64, BackendError> {
        let gone = Entity::delete_many().filter(Column::ExpiresAt.lte(now));
        self.database
            .within(async {
                let gone = gone.exec(self.database.writer()).await.map_err(backend)?;
                Ok(gone.rows_affected)
            })
            .await
    }
}
