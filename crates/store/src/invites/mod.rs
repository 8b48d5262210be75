use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect};
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::{
    AcceptError, Accepted, Invitation, Invite, InviteCode, InviteError, Invites, MOST_INVITES,
    RoomId,
};
use whatscrap_users::UserId;

use crate::database::{Database, backend};
use crate::entity::invite::{self, Column, Entity};
use crate::entity::{room, user};

pub(crate) mod redeeming;

pub(crate) struct InviteStore(pub(crate) Arc<Database>);

/// The most of a list; nobody has so many but in a room of many makers.
const LISTED: u64 = 200;

#[async_trait]
impl Invites for InviteStore {
    async fn create(&self, invite: &Invite) -> Result<(), InviteError> {
        self.0.within(create(&self.0, invite)).await
    }

    async fn find(&self, code: &InviteCode) -> Result<Option<Invitation>, BackendError> {
        let row = Entity::find_by_id(code.as_str()).one(self.0.reader());
        self.0
            .within(async {
                let rows = row.await.map_err(backend)?.into_iter().collect();
                Ok(shown(self.0.reader(), rows).await?.pop())
            })
            .await
    }

    async fn list(
        &self,
        room: Option<RoomId>,
        maker: Option<UserId>,
        now: Time,
    ) -> Result<Vec<Invitation>, BackendError> {
        let mut rows = Entity::find().filter(Column::ExpiresAt.gt(now));
        rows = match room {
            Some(room) => rows.filter(Column::RoomId.eq(room.0)),
            None => rows.filter(Column::RoomId.is_null()),
        };
        if let Some(maker) = maker {
            rows = rows.filter(Column::MakerId.eq(maker.0));
        }
        let rows = rows.order_by_desc(Column::CreatedAt).limit(LISTED);
        self.0
            .within(async {
                let mut rows = rows.all(self.0.reader()).await.map_err(backend)?;
                rows.retain(|row| Invite::from(row).is_open(now));
                shown(self.0.reader(), rows).await
            })
            .await
    }

    async fn revoke(&self, code: &InviteCode) -> Result<bool, BackendError> {
        let delete = Entity::delete_by_id(code.as_str()).exec(self.0.writer());
        let deleted = self
            .0
            .within(async { delete.await.map_err(backend) })
            .await?;
        Ok(deleted.rows_affected > 0)
    }

    async fn accept(
        &self,
        code: &InviteCode,
        user: UserId,
        now: Time,
    ) -> Result<Accepted, AcceptError> {
        self.0
            .within(async {
                let transaction = self.0.begin().await?;
                let accepted =
                    redeeming::accept(&self.0, &transaction, code.as_str(), user, now).await?;
                transaction.commit().await.map_err(backend)?;
                Ok(accepted)
            })
            .await
    }
}

async fn create(database: &Database, invite: &Invite) -> Result<(), InviteError> {
    let transaction = database.begin().await?;
    let theirs = || Entity::find().filter(Column::MakerId.eq(invite.maker.0));
    let standing = theirs().filter(Column::ExpiresAt.gt(invite.created_at));
    if standing.count(&transaction).await.map_err(backend)? >= MOST_INVITES {
        return Err(InviteError::TooMany);
    }
    // What has ended is swept by whoever makes the next.
    Entity::delete_many()
        .filter(Column::MakerId.eq(invite.maker.0))
        .filter(Column::ExpiresAt.lte(invite.created_at))
        .exec(&transaction)
        .await
        .map_err(backend)?;
    Entity::insert(invite::ActiveModel::from(invite))
        .exec_without_returning(&transaction)
        .await
        .map_err(backend)?;
    Ok(transaction.commit().await.map_err(backend)?)
}

/// Puts makers and rooms to their invitations.
async fn shown<C: ConnectionTrait>(
    connection: &C,
    rows: Vec<invite::Model>,
) -> Result<Vec<Invitation>, BackendError> {
    let makers = rows.iter().map(|row| row.maker_id);
    let makers = user::Entity::find().filter(user::Column::Id.is_in(makers));
    let makers = makers.all(connection).await.map_err(backend)?;
    let rooms = rows.iter().filter_map(|row| row.room_id);
    let rooms = room::Entity::find().filter(room::Column::Id.is_in(rooms));
    let rooms = rooms.all(connection).await.map_err(backend)?;
    let mut invitations = Vec::with_capacity(rows.len());
    for row in &rows {
        let Some(maker) = makers.iter().find(|maker| maker.id == row.maker_id) else {
            continue;
        };
        let room = rooms.iter().find(|room| Some(room.id) == row.room_id);
        invitations.push(Invitation {
            invite: Invite::from(row),
            maker: maker.clone().try_into().map_err(backend)?,
            room: room
                .cloned()
                .map(TryInto::try_into)
                .transpose()
                .map_err(backend)?,
        });
    }
    Ok(invitations)
}
