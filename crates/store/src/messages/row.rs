use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{ClientId, Message, MessageBody, MessageId};
use whatscrap_rooms::RoomId;
use whatscrap_users::{Availability, Avatar, DisplayName, ServerRole, User, UserId, Username};

use crate::database::backend;
use crate::entity::{Word, mentions, unsigned};

/// What [`messages`] reads; a WHERE may follow.
pub(super) const SELECT: &str = "
SELECT m.id, m.room_id, m.seq, m.version, m.client_id, m.body, m.mentions, m.created_at, m.author_id,
       u.username, u.display_name, u.avatar, u.status, u.role, u.bot, u.created_at AS author_since
FROM messages m JOIN users u ON u.id = m.author_id ";

/// A message and its author's profile.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    room_id: Uuid,
    seq: i64,
    version: i64,
    client_id: String,
    body: String,
    mentions: Option<String>,
    created_at: ChronoDateTimeUtc,
    author_id: Uuid,
    username: String,
    display_name: String,
    avatar: Option<String>,
    status: Option<String>,
    role: String,
    bot: bool,
    author_since: ChronoDateTimeUtc,
}

impl TryFrom<Row> for Message {
    type Error = DbErr;

    fn try_from(row: Row) -> Result<Self, DbErr> {
        Ok(Self {
            id: MessageId(row.id),
            room: RoomId(row.room_id),
            seq: unsigned(row.seq),
            version: unsigned(row.version),
            client_id: ClientId::stored(row.client_id),
            author: User {
                id: UserId(row.author_id),
                username: Username::stored(row.username),
                display_name: DisplayName::stored(row.display_name),
                avatar: row.avatar.map(Avatar::stored),
                status: row.status,
                availability: Availability::default(),
                role: ServerRole::from_word(&row.role)?,
                bot: row.bot,
                created_at: row.author_since,
            },
            body: MessageBody::stored(row.body),
            mentions: mentions::read(row.mentions.as_deref())?,
            created_at: row.created_at,
        })
    }
}

pub(super) fn messages(rows: &[QueryResult]) -> Result<Vec<Message>, BackendError> {
    rows.iter()
        .map(|row| Row::from_query_result(row, "")?.try_into())
        .collect::<Result<_, _>>()
        .map_err(backend)
}
