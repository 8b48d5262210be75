use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, ExprTrait, QuerySelect};
use whatscrap_kernel::Time;
use whatscrap_rooms::{AcceptError, Accepted, Invite, Right, Role, RoomId};
use whatscrap_users::UserId;

use crate::database::{Database, backend};
use crate::entity::Word;
use crate::entity::invite::{Column, Entity};
use crate::entity::membership;
use crate::rooms::{changing, places};

/// Lets an account in by an invitation.
pub(super) async fn accept(
    database: &Database,
    transaction: &DatabaseTransaction,
    code: &str,
    user: UserId,
    now: Time,
) -> Result<Accepted, AcceptError> {
    let invite = open(transaction, code, now).await?;
    let is_new = match invite.room {
        Some(room) => enter(database, transaction, &invite, room, user, now).await?,
        None => false,
    };
    if is_new {
        count(transaction, code).await?;
    }
    Ok(Accepted {
        room: invite.room,
        is_new,
    })
}

/// Lets an account in that is made by this invitation in the same transaction: it always counts.
pub(crate) async fn admit(
    database: &Database,
    transaction: &DatabaseTransaction,
    code: &str,
    user: UserId,
    now: Time,
) -> Result<(), AcceptError> {
    let invite = open(transaction, code, now).await?;
    if let Some(room) = invite.room {
        enter(database, transaction, &invite, room, user, now).await?;
    }
    count(transaction, code).await
}

/// The invitation, if it may be used; nobody else uses it until the transaction ends.
async fn open(
    transaction: &DatabaseTransaction,
    code: &str,
    now: Time,
) -> Result<Invite, AcceptError> {
    let row = Entity::find_by_id(code).lock_exclusive();
    let row = row.one(transaction).await.map_err(backend)?;
    let invite = row.as_ref().map(Invite::from);
    invite
        .filter(|invite| invite.is_open(now))
        .ok_or(AcceptError::NotFound)
}

async fn count(transaction: &DatabaseTransaction, code: &str) -> Result<(), AcceptError> {
    Entity::update_many()
        .col_expr(Column::Uses, Expr::col(Column::Uses).add(1))
        .filter(Column::Code.eq(code))
        .exec(transaction)
        .await
        .map_err(backend)?;
    Ok(())
}

/// Puts someone into the room, if the invitation's maker may still invite there. Whether they are
/// new in it.
async fn enter(
    database: &Database,
    transaction: &DatabaseTransaction,
    invite: &Invite,
    id: RoomId,
    user: UserId,
    now: Time,
) -> Result<bool, AcceptError> {
    let room = changing::lock(transaction, id).await.map_err(backend)?;
    let room = room.ok_or(AcceptError::NotFound)?;
    if role(transaction, id, user).await?.is_some() {
        return Ok(false);
    }
    let makers = role(transaction, id, invite.maker).await?;
    if !Right::Invite.ruling(room.kind, makers).is_allowed() {
        return Err(AcceptError::NotFound);
    }
    if room.archived_at.is_some() {
        return Err(AcceptError::Archived);
    }
    let is_in = places::enter(database, transaction, &room, user, Role::Member, now).await;
    if is_in.map_err(backend)? {
        Ok(true)
    } else {
        Err(AcceptError::NotFound)
    }
}

async fn role(
    transaction: &DatabaseTransaction,
    room: RoomId,
    user: UserId,
) -> Result<Option<Role>, AcceptError> {
    let place = membership::Entity::find_by_id((room.0, user.0));
    let place = place.one(transaction).await.map_err(backend)?;
    let role = place.map(|place| Role::from_word(&place.role)).transpose();
    Ok(role.map_err(backend)?)
}
