use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{DatabaseTransaction, FromQueryResult, QuerySelect};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::AcceptError;
use whatscrap_users::{
    Admission, Avatar, CreateUserError, Founding, NewUser, Preferences, PreferencesChange,
    ProfileChange, StoredHash, User, UserId, Username, Users,
};

use crate::database::{Database, backend, hex_array};
use crate::entity::user::{self, Column, Entity};
use crate::invites::redeeming;

pub(crate) struct UserStore(pub(crate) Arc<Database>);

/// An advisory lock of PostgreSQL: two first accounts at once would not see each other.
const FOUNDING: &str = "SELECT pg_advisory_xact_lock(6290179451026850413)";

/// Whose names lie between `$1` and `$2`. Each name is looked up through its own index and to the
/// limit, so that a short beginning costs no more than a long one; where more people than the limit
/// bear such names, some whom only the display name betrays may be missing.
const DIRECTORY: &str = "
SELECT * FROM users WHERE id IN (
  SELECT id FROM (SELECT id FROM users WHERE username >= $1 AND username < $2
                  ORDER BY username LIMIT $3) a
  UNION
  SELECT id FROM (SELECT id FROM users WHERE display_key >= $1 AND display_key < $2
                  ORDER BY display_key LIMIT $3) b)
ORDER BY username LIMIT $3";

#[async_trait]
impl Users for UserStore {
    async fn create(&self, user: NewUser) -> Result<(), CreateUserError> {
        self.0.within(self.insert(user)).await
    }

    async fn founded(&self) -> Result<bool, BackendError> {
        self.0.within(any(self.0.reader())).await
    }

    async fn find(&self, id: UserId) -> Result<Option<User>, BackendError> {
        let row = Entity::find_by_id(id.0).one(self.0.reader());
        self.0.within(async { one(row.await) }).await
    }

    async fn find_all(&self, ids: &[UserId]) -> Result<Vec<(User, Preferences)>, BackendError> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let sql = format!("SELECT * FROM users WHERE id {}", self.0.among());
        let rows = self.0.read(&sql, [hex_array(&ids)]);
        let rows = self.0.within(rows).await?;
        let account = |row| {
            let row = user::Model::from_query_result(row, "")?;
            let preferences = Preferences::stored(&row.preferences);
            Ok((row.try_into()?, preferences))
        };
        let all: Result<_, DbErr> = rows.iter().map(account).collect();
        all.map_err(backend)
    }

    async fn credentials(
        &self,
        username: &Username,
    ) -> Result<Option<(User, StoredHash)>, BackendError> {
        let row = Entity::find().filter(Column::Username.eq(username.as_str()));
        self.0
            .within(async {
                let row = row.one(self.0.reader()).await.map_err(backend)?;
                row.map(|row| {
                    let hash = StoredHash(row.password.clone());
                    Ok((row.try_into().map_err(backend)?, hash))
                })
                .transpose()
            })
            .await
    }

    async fn replace_password(
        &self,
        id: UserId,
        old: &StoredHash,
        new: &StoredHash,
    ) -> Result<bool, BackendError> {
        let update = Entity::update_many()
            .col_expr(Column::Password, Expr::value(new.0.as_str()))
            .filter(Column::Id.eq(id.0))
            .filter(Column::Password.eq(old.0.as_str()));
        self.0
            .within(async {
                let done = update.exec(self.0.writer()).await.map_err(backend)?;
                Ok(done.rows_affected > 0)
            })
            .await
    }

    async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
    ) -> Result<Option<User>, BackendError> {
        self.0.within(self.update_profile(id, change)).await
    }

    async fn replace_avatar<'a>(
        &self,
        id: UserId,
        avatar: Option<&'a Avatar>,
    ) -> Result<Option<(User, Option<Avatar>)>, BackendError> {
        self.0.within(self.update_avatar(id, avatar)).await
    }

    async fn preferences(&self, id: UserId) -> Result<Option<Preferences>, BackendError> {
        let row = Entity::find_by_id(id.0).one(self.0.reader());
        self.0
            .within(async {
                let row = row.await.map_err(backend)?;
                Ok(row.map(|row| Preferences::stored(&row.preferences)))
            })
            .await
    }

    async fn expired(&self, after: Time, until: Time) -> Result<Vec<UserId>, BackendError> {
        let ended = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::StatusUntil.gt(after))
            .filter(Column::StatusUntil.lte(until))
            .into_tuple::<Uuid>();
        self.0
            .within(async {
                let ids = ended.all(self.0.reader()).await.map_err(backend)?;
                Ok(ids.into_iter().map(UserId).collect())
            })
            .await
    }

    async fn change_preferences(
        &self,
        id: UserId,
        change: &PreferencesChange,
    ) -> Result<Option<Preferences>, BackendError> {
        self.0.within(self.update_preferences(id, change)).await
    }

    async fn directory(&self, prefix: &str, limit: u32) -> Result<Vec<User>, BackendError> {
        let prefix = prefix.to_lowercase();
        let past = format!("{prefix}{}", char::MAX);
        let values = [prefix.into(), past.into(), i64::from(limit).into()];
        self.0
            .within(async {
                let rows = self.0.read(DIRECTORY, values).await?;
                let user = |row| user::Model::from_query_result(row, "")?.try_into();
                let users: Result<_, _> = rows.iter().map(user).collect();
                users.map_err(backend)
            })
            .await
    }
}

impl UserStore {
    async fn insert(&self, user: NewUser) -> Result<(), CreateUserError> {
        let founding = user.founding;
        let (id, now) = (user.user.id, user.user.created_at);
        let admission = user.admission.clone();
        let transaction = self.0.begin().await?;
        if founding == Founding::First {
            self.lock_founding(&transaction).await?;
        }
        match (founding, any(&transaction).await?) {
            (Founding::First, true) => return Err(CreateUserError::AlreadyFounded),
            (Founding::Later, false) => return Err(CreateUserError::NotFounded),
            (Founding::First, false) | (Founding::Later, true) => {}
        }
        let inserted = Entity::insert(user::ActiveModel::from(user))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&transaction)
            .await
            .map_err(backend)?;
        if inserted == 0 {
            return Err(CreateUserError::UsernameTaken);
        }
        if let Some(Admission { code, required }) = admission {
            match redeeming::admit(&self.0, &transaction, &code, id, now).await {
                Err(AcceptError::Backend(error)) => return Err(error.into()),
                Err(AcceptError::NotFound | AcceptError::Archived) if required => {
                    return Err(CreateUserError::NotAdmitted);
                }
                Ok(()) | Err(AcceptError::NotFound | AcceptError::Archived) => {}
            }
        }
        Ok(transaction.commit().await.map_err(backend)?)
    }

    async fn lock_founding(&self, transaction: &DatabaseTransaction) -> Result<(), BackendError> {
        if self.0.is_postgres() {
            let locked = transaction.execute_unprepared(FOUNDING).await;
            locked.map_err(backend)?;
        }
        Ok(())
    }

    async fn update_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
    ) -> Result<Option<User>, BackendError> {
        let mut update = Entity::update_many().filter(Column::Id.eq(id.0));
        if let Some(name) = &change.display_name {
            update = update
                .col_expr(Column::DisplayName, Expr::value(name.as_str()))
                .col_expr(Column::DisplayKey, Expr::value(user::display_key(name)));
        }
        if let Some(status) = &change.status {
            update = update.col_expr(Column::Status, Expr::value(status.clone()));
        }
        if let Some(until) = change.status_until {
            update = update.col_expr(Column::StatusUntil, Expr::value(until));
        }
        if let Some(until) = change.dnd_until {
            update = update.col_expr(Column::DndUntil, Expr::value(until));
        }
        if let Some(away) = change.away {
            update = update.col_expr(Column::Away, Expr::value(away));
        }
        let transaction = self.0.begin().await?;
        if *change != ProfileChange::default() {
            update.exec(&transaction).await.map_err(backend)?;
        }
        let user = one(Entity::find_by_id(id.0).one(&transaction).await)?;
        transaction.commit().await.map_err(backend)?;
        Ok(user)
    }

    async fn update_avatar(
        &self,
        id: UserId,
        avatar: Option<&Avatar>,
    ) -> Result<Option<(User, Option<Avatar>)>, BackendError> {
        let transaction = self.0.begin().await?;
        let row = Entity::find_by_id(id.0).lock_exclusive().one(&transaction);
        let Some(mut user) = one(row.await)? else {
            return Ok(None);
        };
        Entity::update_many()
            .col_expr(Column::Avatar, Expr::value(avatar.map(Avatar::as_str)))
            .filter(Column::Id.eq(id.0))
            .exec(&transaction)
            .await
            .map_err(backend)?;
        transaction.commit().await.map_err(backend)?;
        let before = std::mem::replace(&mut user.avatar, avatar.cloned());
        Ok(Some((user, before)))
    }

    async fn update_preferences(
        &self,
        id: UserId,
        change: &PreferencesChange,
    ) -> Result<Option<Preferences>, BackendError> {
        let transaction = self.0.begin().await?;
        let row = Entity::find_by_id(id.0).lock_exclusive().one(&transaction);
        let Some(row) = row.await.map_err(backend)? else {
            return Ok(None);
        };
        let mut preferences = Preferences::stored(&row.preferences);
        preferences.apply(change);
        Entity::update_many()
            .col_expr(Column::Preferences, Expr::value(preferences.to_json()))
            .filter(Column::Id.eq(id.0))
            .exec(&transaction)
            .await
            .map_err(backend)?;
        transaction.commit().await.map_err(backend)?;
        Ok(Some(preferences))
    }
}

async fn any<C: ConnectionTrait>(connection: &C) -> Result<bool, BackendError> {
    let some = Entity::find().select_only().column(Column::Id);
    let id: Option<Uuid> = some.into_tuple().one(connection).await.map_err(backend)?;
    Ok(id.is_some())
}

fn one(row: Result<Option<user::Model>, DbErr>) -> Result<Option<User>, BackendError> {
    row.and_then(|row| row.map(TryInto::try_into).transpose())
        .map_err(backend)
}
