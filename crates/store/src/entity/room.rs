use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;
use whatscrap_rooms::{Room, RoomId, RoomKind, RoomName, Topic};

use super::{Word, signed, unsigned};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rooms")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) name_key: String,
    pub(crate) topic: String,
    pub(crate) last_seq: i64,
    pub(crate) version: i64,
    pub(crate) created_at: ChronoDateTimeUtc,
    pub(crate) archived_at: Option<ChronoDateTimeUtc>,
    /// Of a direct room, what no other of its kind may share.
    pub(crate) people: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Room {
    type Error = DbErr;

    fn try_from(row: Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: RoomId(row.id),
            name: RoomName::stored(row.name),
            kind: RoomKind::from_word(&row.kind)?,
            topic: Topic::stored(row.topic),
            last_seq: unsigned(row.last_seq),
            version: unsigned(row.version),
            created_at: row.created_at,
            archived_at: row.archived_at,
        })
    }
}

impl From<&Room> for ActiveModel {
    fn from(room: &Room) -> Self {
        Self {
            id: Set(room.id.0),
            kind: Set(room.kind.word().to_owned()),
            name: Set(room.name.as_str().to_owned()),
            name_key: Set(room.name.key()),
            topic: Set(room.topic.as_str().to_owned()),
            last_seq: Set(signed(room.last_seq)),
            version: Set(signed(room.version)),
            created_at: Set(room.created_at),
            archived_at: Set(room.archived_at),
            people: NotSet,
        }
    }
}
