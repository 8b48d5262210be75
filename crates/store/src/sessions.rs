use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Expr};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_users::{Login, NewSession, Session, SessionId, Sessions, TokenHash, UserId};

use crate::database::{Database, backend};
use crate::entity::session::{self, Column, Entity};
use crate::entity::user;

pub(crate) struct SessionStore(pub(crate) Arc<Database>);

#[async_trait]
impl Sessions for SessionStore {
    async fn open(&self, session: &NewSession) -> Result<(), BackendError> {
        let insert = Entity::insert(session::ActiveModel::from(session.clone()));
        self.0
            .within(async {
                let inserted = insert.exec_without_returning(self.0.writer()).await;
                inserted.map(|_| ()).map_err(backend)
            })
            .await
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Login>, BackendError> {
        self.0.within(self.login(token)).await
    }

    async fn touch(&self, id: SessionId, seen: Time, expires: Time) -> Result<(), BackendError> {
        let later = |column: Column, time: Time| {
            CaseStatement::new()
                .case(column.lt(time), time)
                .finally(Expr::col(column))
        };
        let update = Entity::update_many()
            .col_expr(Column::LastSeenAt, later(Column::LastSeenAt, seen).into())
            .col_expr(Column::ExpiresAt, later(Column::ExpiresAt, expires).into())
            .filter(Column::Id.eq(id.0));
        self.0
            .within(async {
                update.exec(self.0.writer()).await.map_err(backend)?;
                Ok(())
            })
            .await
    }

    async fn list(&self, user: UserId, now: Time) -> Result<Vec<Session>, BackendError> {
        let rows = Entity::find()
            .filter(Column::UserId.eq(user.0))
            .filter(Column::ExpiresAt.gt(now))
            .order_by_desc(Column::LastSeenAt)
            .order_by_desc(Column::Id);
        self.0
            .within(async {
                let rows = rows.all(self.0.reader()).await.map_err(backend)?;
                Ok(rows.into_iter().map(Session::from).collect())
            })
            .await
    }

    async fn end(&self, user: UserId, id: SessionId) -> Result<bool, BackendError> {
        let ended = Entity::delete_many()
            .filter(Column::Id.eq(id.0))
            .filter(Column::UserId.eq(user.0));
        self.0
            .within(async {
                let ended = ended.exec(self.0.writer()).await.map_err(backend)?;
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
        let ended = self.0.statement(sql, [user.0.into(), keep.into()]);
        self.0
            .within(async {
                let rows = self.0.writer().query_all_raw(ended).await;
                rows.map_err(backend)?
                    .iter()
                    .map(|row| row.try_get_by_index(0).map(SessionId).map_err(backend))
                    .collect()
            })
            .await
    }

    async fn prune(&self, now: Time) -> Result<u64, BackendError> {
        let gone = Entity::delete_many().filter(Column::ExpiresAt.lte(now));
        self.0
            .within(async {
                let gone = gone.exec(self.0.writer()).await.map_err(backend)?;
                Ok(gone.rows_affected)
            })
            .await
    }
}

impl SessionStore {
    async fn login(&self, token: &TokenHash) -> Result<Option<Login>, BackendError> {
        let row = Entity::find()
            .filter(Column::Token.eq(token.to_vec()))
            .one(self.0.reader())
            .await
            .map_err(backend)?;
        let Some(session) = row else {
            return Ok(None);
        };
        let user = user::Entity::find_by_id(session.user_id)
            .one(self.0.reader())
            .await
            .map_err(backend)?;
        user.map(|user| {
            Ok(Login {
                user: user.try_into().map_err(backend)?,
                session: session.into(),
            })
        })
        .transpose()
    }
}
