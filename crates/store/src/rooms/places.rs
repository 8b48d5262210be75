use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::{JoinError, LeaveError, NotificationLevel, Role, Room, RoomId};
use whatscrap_users::UserId;

use super::changing::lock;
use super::finding::level_word;
use crate::database::{Database, backend};
use crate::entity::membership::{Column, Entity};
use crate::entity::{Word, signed};

pub(super) async fn join(
    database: &Database,
    id: RoomId,
    user: UserId,
    role: Role,
    now: Time,
) -> Result<bool, JoinError> {
    let transaction = database.begin().await?;
    let room = lock(&transaction, id)
        .await
        .map_err(backend)?
        .ok_or(JoinError::NotFound)?;
    let place = find(&transaction, id, user).await.map_err(backend)?;
    if place.is_some() {
        return Ok(false);
    }
    if room.archived_at.is_some() {
        return Err(JoinError::Archived);
    }
    let is_in = enter(database, &transaction, &room, user, role, now).await;
    if !is_in.map_err(backend)? {
        return Err(JoinError::NotFound);
    }
    transaction.commit().await.map_err(backend)?;
    Ok(true)
}

const ENTER: &str = "
INSERT INTO memberships (room_id, user_id, username, role, read_seq, notifications, joined_at)
SELECT $1, id, username, $3, $4, $5, $6 FROM users WHERE id = $2";

/// Inserts the membership of someone who is not in; whether there is such a person.
pub(crate) async fn enter(
    database: &Database,
    transaction: &DatabaseTransaction,
    room: &Room,
    user: UserId,
    role: Role,
    now: Time,
) -> Result<bool, DbErr> {
    let values = [
        room.id.0.into(),
        user.0.into(),
        role.word().into(),
        signed(room.last_seq).into(),
        level_word(None).into(),
        now.into(),
    ];
    let insert = database.statement(ENTER, values);
    let inserted = transaction.execute_raw(insert).await?;
    Ok(inserted.rows_affected() > 0)
}

pub(super) async fn leave(
    database: &Database,
    room: RoomId,
    user: UserId,
) -> Result<(), LeaveError> {
    let transaction = database.begin().await?;
    let role = locked_role(&transaction, room, user).await?;
    if role == Role::Owner {
        let others = || others(room, user);
        let owners = others().filter(Column::Role.eq(Role::Owner.word()));
        let is_last = owners.count(&transaction).await.map_err(backend)? == 0;
        if is_last && others().count(&transaction).await.map_err(backend)? > 0 {
            return Err(LeaveError::LastOwner);
        }
    }
    Entity::delete_by_id((room.0, user.0))
        .exec(&transaction)
        .await
        .map_err(backend)?;
    Ok(transaction.commit().await.map_err(backend)?)
}

pub(super) async fn set_role(
    database: &Database,
    room: RoomId,
    user: UserId,
    role: Role,
) -> Result<(), LeaveError> {
    let transaction = database.begin().await?;
    let before = locked_role(&transaction, room, user).await?;
    if before == Role::Owner && role != Role::Owner {
        let owners = others(room, user).filter(Column::Role.eq(Role::Owner.word()));
        if owners.count(&transaction).await.map_err(backend)? == 0 {
            return Err(LeaveError::LastOwner);
        }
    }
    place(room, user)
        .col_expr(Column::Role, Expr::value(role.word()))
        .exec(&transaction)
        .await
        .map_err(backend)?;
    Ok(transaction.commit().await.map_err(backend)?)
}

pub(super) async fn set_notifications(
    database: &Database,
    room: RoomId,
    user: UserId,
    level: Option<NotificationLevel>,
) -> Result<(), BackendError> {
    let update = place(room, user).col_expr(Column::Notifications, Expr::value(level_word(level)));
    let updated = update.exec(database.writer()).await;
    updated.map(|_| ()).map_err(backend)
}

/// The role of a member of a room that is locked from here on.
async fn locked_role(
    transaction: &DatabaseTransaction,
    room: RoomId,
    user: UserId,
) -> Result<Role, LeaveError> {
    lock(transaction, room).await.map_err(backend)?;
    let role = find(transaction, room, user).await.map_err(backend)?;
    role.ok_or(LeaveError::NotAMember)
}

async fn find(
    transaction: &DatabaseTransaction,
    room: RoomId,
    user: UserId,
) -> Result<Option<Role>, DbErr> {
    let place = Entity::find_by_id((room.0, user.0))
        .one(transaction)
        .await?;
    place.map(|place| Role::from_word(&place.role)).transpose()
}

fn others(room: RoomId, user: UserId) -> Select<Entity> {
    Entity::find()
        .filter(Column::RoomId.eq(room.0))
        .filter(Column::UserId.ne(user.0))
}

fn place(room: RoomId, user: UserId) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::RoomId.eq(room.0))
        .filter(Column::UserId.eq(user.0))
}
