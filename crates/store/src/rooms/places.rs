use sea_orm::ActiveValue::Set;
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::{JoinError, LeaveError, NotificationLevel, Role, Room, RoomId};
use whatscrap_users::UserId;

use super::changing::lock;
use crate::database::{Database, backend};
use crate::entity::membership::{ActiveModel, Column, Entity};
use crate::entity::{Word, signed, user};

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
    let person = user::Entity::find_by_id(user.0).one(&transaction).await;
    if person.map_err(backend)?.is_none() {
        return Err(JoinError::NotFound);
    }
    enter(&transaction, &room, user, role, now)
        .await
        .map_err(backend)?;
    transaction.commit().await.map_err(backend)?;
    Ok(true)
}

/// Inserts the membership of someone who is not in.
pub(super) async fn enter(
    transaction: &DatabaseTransaction,
    room: &Room,
    user: UserId,
    role: Role,
    now: Time,
) -> Result<(), DbErr> {
    let place = ActiveModel {
        room_id: Set(room.id.0),
        user_id: Set(user.0),
        role: Set(role.word().to_owned()),
        read_seq: Set(signed(room.last_seq)),
        notifications: Set(NotificationLevel::default().word().to_owned()),
        joined_at: Set(now),
    };
    let insert = Entity::insert(place).exec_without_returning(transaction);
    insert.await.map(|_| ())
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
    level: NotificationLevel,
) -> Result<(), BackendError> {
    let update = place(room, user).col_expr(Column::Notifications, Expr::value(level.word()));
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
