use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, QuerySelect};
use whatscrap_kernel::BackendError;
use whatscrap_rooms::{Direct, DirectError, NewDirect, People, Role, RoomId};

use super::places;
use crate::database::{Database, backend};
use crate::entity::room::{self, Column, Entity};

pub(super) async fn direct(database: &Database, new: &NewDirect) -> Result<Direct, DirectError> {
    let transaction = database.begin().await?;
    let room = room::ActiveModel {
        people: Set(Some(new.people.key())),
        ..room::ActiveModel::from(&new.room)
    };
    let theirs = OnConflict::column(Column::People).do_nothing().to_owned();
    let inserted = Entity::insert(room)
        .on_conflict(theirs)
        .exec_without_returning(&transaction)
        .await
        .map_err(backend)?;
    if inserted == 0 {
        let room = find(&transaction, &new.people).await?;
        let room = room.ok_or_else(|| BackendError::new("a direct room is gone"))?;
        return Ok(Direct {
            room,
            is_new: false,
        });
    }
    let (room, now) = (&new.room, new.room.created_at);
    for user in new.people.iter() {
        let is_in = places::enter(database, &transaction, room, user, Role::Member, now).await;
        if !is_in.map_err(backend)? {
            return Err(DirectError::UnknownPerson);
        }
    }
    transaction.commit().await.map_err(backend)?;
    Ok(Direct {
        room: room.id,
        is_new: true,
    })
}

pub(super) async fn find<C: ConnectionTrait>(
    connection: &C,
    people: &People,
) -> Result<Option<RoomId>, BackendError> {
    let theirs = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::People.eq(people.key()));
    let id: Option<Uuid> = theirs.into_tuple().one(connection).await.map_err(backend)?;
    Ok(id.map(RoomId))
}
