use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryResult};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{ClientId, Html, Message, MessageBody, MessageId, Quote};
use whatscrap_rooms::RoomId;
use whatscrap_users::{Availability, Avatar, DisplayName, ServerRole, User, UserId, Username};

use crate::database::{Database, backend};
use crate::entity::{Word, attachments, mentions, reactions, unsigned};

/// What [`messages`] reads; a WHERE may follow.
pub(super) const SELECT: &str = "
SELECT m.id, m.room_id, m.seq, m.version, m.client_id, m.body, m.html, m.renderer, m.mentions, m.attachments,
       m.reactions, m.created_at, m.edited_at, m.deleted_at, m.author_id,
       q.id AS quoted_id, q.seq AS quoted_seq, q.body AS quoted_body, q.attachments AS quoted_files,
       w.username AS quoted_author,
       u.username, u.display_name, u.avatar, u.status, u.role, u.bot, u.created_at AS author_since
FROM messages m JOIN users u ON u.id = m.author_id
LEFT JOIN messages q ON q.id = m.reply_to LEFT JOIN users w ON w.id = q.author_id ";

/// A message, but for its author's profile.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    room_id: Uuid,
    seq: i64,
    version: i64,
    client_id: String,
    body: String,
    html: Option<String>,
    renderer: Option<i16>,
    mentions: Option<String>,
    attachments: Option<String>,
    reactions: Option<String>,
    created_at: ChronoDateTimeUtc,
    edited_at: Option<ChronoDateTimeUtc>,
    deleted_at: Option<ChronoDateTimeUtc>,
    quoted_id: Option<Uuid>,
    quoted_seq: Option<i64>,
    quoted_body: Option<String>,
    quoted_files: Option<String>,
    quoted_author: Option<String>,
}

#[derive(FromQueryResult)]
struct AuthorRow {
    author_id: Uuid,
    username: String,
    display_name: String,
    avatar: Option<String>,
    status: Option<String>,
    role: String,
    bot: bool,
    author_since: ChronoDateTimeUtc,
}

impl TryFrom<AuthorRow> for User {
    type Error = DbErr;

    fn try_from(row: AuthorRow) -> Result<Self, DbErr> {
        Ok(Self {
            id: UserId(row.author_id),
            username: Username::stored(row.username),
            display_name: DisplayName::stored(row.display_name),
            avatar: row.avatar.map(Avatar::stored),
            status: row.status,
            availability: Availability::default(),
            role: ServerRole::from_word(&row.role)?,
            bot: row.bot,
            created_at: row.author_since,
        })
    }
}

/// What a row says, by this author.
pub(crate) fn message(row: &QueryResult, author: User) -> Result<Message, DbErr> {
    let row = Row::from_query_result(row, "")?;
    let html = row.html.zip(row.renderer).map(|(text, renderer)| Html {
        text,
        renderer: renderer.unsigned_abs(),
    });
    let quoted = row.quoted_id.zip(row.quoted_seq);
    let by = row.quoted_author.zip(row.quoted_body);
    let files = attachments::read(row.quoted_files.as_deref())?;
    let reply_to = quoted.zip(by).map(|((id, seq), (author, body))| {
        let (id, author) = (MessageId(id), Username::stored(author));
        Quote::of(id, unsigned(seq), author, &body, &files)
    });
    Ok(Message {
        id: MessageId(row.id),
        room: RoomId(row.room_id),
        seq: unsigned(row.seq),
        version: unsigned(row.version),
        client_id: ClientId::stored(row.client_id),
        author,
        body: MessageBody::stored(row.body),
        html,
        reply_to,
        mentions: mentions::read(row.mentions.as_deref())?,
        attachments: attachments::read(row.attachments.as_deref())?,
        reactions: reactions::read(row.reactions.as_deref())?,
        created_at: row.created_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
    })
}

/// Reads the messages of `$1`, an array of ids in hexadecimal.
pub(crate) fn by_ids(database: &Database) -> String {
    if database.is_postgres() {
        format!(
            "SELECT d.* FROM jsonb_array_elements_text($1::jsonb) j, LATERAL (
             {SELECT} WHERE m.id = j.value::uuid LIMIT 1) d"
        )
    } else {
        format!("{SELECT} WHERE m.id IN (SELECT unhex(value) FROM json_each($1))")
    }
}

pub(crate) fn messages(rows: &[QueryResult]) -> Result<Vec<Message>, BackendError> {
    let whole = |row: &QueryResult| {
        let author = AuthorRow::from_query_result(row, "")?;
        message(row, author.try_into()?)
    };
    rows.iter()
        .map(whole)
        .collect::<Result<_, _>>()
        .map_err(backend)
}
