use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use whatscrap_rooms::{Invite, InviteCode, RoomId};
use whatscrap_users::UserId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invites")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) code: String,
    pub(crate) room_id: Option<Uuid>,
    pub(crate) maker_id: Uuid,
    pub(crate) created_at: ChronoDateTimeUtc,
    pub(crate) expires_at: ChronoDateTimeUtc,
    pub(crate) max_uses: Option<i64>,
    pub(crate) uses: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Model> for Invite {
    fn from(row: &Model) -> Self {
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            code: InviteCode::stored(row.code.clone()),
            room: row.room_id.map(RoomId),
            maker: UserId(row.maker_id),
            created_at: row.created_at,
            expires_at: row.expires_at,
            max_uses: row.max_uses.map(count),
            uses: count(row.uses),
        }
    }
}

impl From<&Invite> for ActiveModel {
    fn from(invite: &Invite) -> Self {
        Self {
            code: Set(invite.code.as_str().to_owned()),
            room_id: Set(invite.room.map(|room| room.0)),
            maker_id: Set(invite.maker.0),
            created_at: Set(invite.created_at),
            expires_at: Set(invite.expires_at),
            max_uses: Set(invite.max_uses.map(i64::from)),
            uses: Set(invite.uses.into()),
        }
    }
}
