use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{DatabaseTransaction, QuerySelect, SqlErr};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::{ChangeRoomError, CreateRoomError, NewRoom, Role, Room, RoomChange, RoomId};

use super::places;
use crate::database::{Database, backend};
use crate::entity::room::{self, Column, Entity};

pub(super) async fn create(database: &Database, new: &NewRoom) -> Result<(), CreateRoomError> {
    let transaction = database.begin().await?;
    let inserted = Entity::insert(room::ActiveModel::from(&new.room))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(&transaction)
        .await
        .map_err(backend)?;
    if inserted == 0 {
        return Err(CreateRoomError::NameTaken);
    }
    let (room, now) = (&new.room, new.room.created_at);
    let is_in = places::enter(database, &transaction, room, new.owner, Role::Owner, now).await;
    if !is_in.map_err(backend)? {
        return Err(BackendError::new("there is no such owner").into());
    }
    Ok(transaction.commit().await.map_err(backend)?)
}

pub(super) async fn change(
    database: &Database,
    id: RoomId,
    change: &RoomChange,
) -> Result<Room, ChangeRoomError> {
    let transaction = database.begin().await?;
    let room = lock(&transaction, id)
        .await
        .map_err(backend)?
        .ok_or(ChangeRoomError::NotFound)?;
    if room.archived_at.is_some() {
        return Err(ChangeRoomError::Archived);
    }
    let mut update = Entity::update_many().filter(Column::Id.eq(id.0));
    if let Some(name) = &change.name {
        update = update
            .col_expr(Column::Name, Expr::value(name.as_str()))
            .col_expr(Column::NameKey, Expr::value(name.key()));
    }
    if let Some(topic) = &change.topic {
        update = update.col_expr(Column::Topic, Expr::value(topic.as_str()));
    }
    if *change != RoomChange::default() {
        update.exec(&transaction).await.map_err(name_taken)?;
    }
    transaction.commit().await.map_err(backend)?;
    Ok(Room {
        name: change.name.clone().unwrap_or(room.name),
        topic: change.topic.clone().unwrap_or(room.topic),
        ..room
    })
}

pub(super) async fn archive(
    database: &Database,
    id: RoomId,
    now: Time,
) -> Result<bool, ChangeRoomError> {
    let transaction = database.begin().await?;
    let room = lock(&transaction, id)
        .await
        .map_err(backend)?
        .ok_or(ChangeRoomError::NotFound)?;
    if room.archived_at.is_some() {
        return Ok(false);
    }
    Entity::update_many()
        .col_expr(Column::ArchivedAt, Expr::value(now))
        .filter(Column::Id.eq(id.0))
        .exec(&transaction)
        .await
        .map_err(backend)?;
    transaction.commit().await.map_err(backend)?;
    Ok(true)
}

/// The room, which nobody else changes, posts in, enters or leaves until the transaction ends.
pub(crate) async fn lock(
    transaction: &DatabaseTransaction,
    room: RoomId,
) -> Result<Option<Room>, DbErr> {
    let row = Entity::find_by_id(room.0).lock_exclusive();
    let row = row.one(transaction).await?;
    row.map(TryInto::try_into).transpose()
}

fn name_taken(error: DbErr) -> ChangeRoomError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => ChangeRoomError::NameTaken,
        _ => backend(error).into(),
    }
}
