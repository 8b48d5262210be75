use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{FromQueryResult, QueryOrder, QueryResult, QuerySelect};
use whatscrap_kernel::{BackendError, Page};
use whatscrap_rooms::{
    Head, Membership, MyRoom, NotificationLevel, Role, Room, RoomId, RoomKind, RoomName, Roommate,
};
use whatscrap_users::{User, UserId};

use crate::database::{Database, backend};
use crate::entity::{Word, membership, room, unsigned, user};

/// A member's rooms. `seq` has no holes, so what is unread is counted by subtraction: of the
/// positions after the pointer, those that are mine (there are some only if it was moved back) and
/// those that are deleted.
fn my_rooms(database: &Database) -> String {
    // PostgreSQL must not see the author as something to search by: it would read all of mine.
    let mine = if database.is_postgres() {
        "COUNT(*) FILTER (WHERE o.author_id = m.user_id) FROM messages o WHERE TRUE"
    } else {
        "COUNT(*) FROM messages o WHERE o.author_id = m.user_id"
    };
    format!(
        "SELECT r.*, m.role, m.read_seq, m.notifications,
                r.last_seq - m.read_seq
                - (SELECT {mine} AND o.room_id = r.id AND o.seq > m.read_seq)
                - (SELECT COUNT(*) FROM messages d
                   WHERE d.room_id = r.id AND d.deleted_at IS NOT NULL
                     AND d.seq > m.read_seq AND d.author_id <> m.user_id) AS unread
         FROM memberships m JOIN rooms r ON r.id = m.room_id
         WHERE m.user_id = $1 AND ($2 IS NULL OR m.room_id = $2)
         ORDER BY r.name_key, r.id"
    )
}

const HEADS: &str = "
SELECT r.id, m.role, r.last_seq, r.version, m.read_seq
FROM memberships m JOIN rooms r ON r.id = m.room_id
WHERE m.user_id = $1";

const MEMBERSHIP: &str = "
SELECT r.kind, m.role
FROM rooms r LEFT JOIN memberships m ON m.room_id = r.id AND m.user_id = $2
WHERE r.id = $1";

const MEMBERS: &str = "
SELECT u.*, m.role AS room_role
FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.room_id = $1
  AND ($2 IS NULL OR u.username > (SELECT username FROM users WHERE id = $2))
ORDER BY u.username LIMIT $3";

pub(super) async fn find(database: &Database, room: RoomId) -> Result<Option<Room>, BackendError> {
    let row = room::Entity::find_by_id(room.0).one(database.reader());
    row.await
        .and_then(|row| row.map(TryInto::try_into).transpose())
        .map_err(backend)
}

pub(super) async fn membership(
    database: &Database,
    room: RoomId,
    user: UserId,
) -> Result<Option<Membership>, BackendError> {
    let rows = database.read(MEMBERSHIP, [room.0.into(), user.0.into()]);
    all(&rows.await?, |row| {
        let role: Option<String> = row.try_get("", "role")?;
        Ok(Membership {
            kind: word::<RoomKind>(row, "kind")?,
            role: role.as_deref().map(Role::from_word).transpose()?,
        })
    })
    .map(|mut found| found.pop())
}

/// My place in one room, or in all of them by name.
pub(super) async fn mine(
    database: &Database,
    user: UserId,
    room: Option<RoomId>,
) -> Result<Vec<MyRoom>, BackendError> {
    let room = room.map(|room| room.0);
    let sql = my_rooms(database);
    let rows = database.read(&sql, [user.0.into(), room.into()]).await?;
    all(&rows, |row| {
        Ok(MyRoom {
            room: room::Model::from_query_result(row, "")?.try_into()?,
            role: word(row, "role")?,
            read_seq: number(row, "read_seq")?,
            unread: number(row, "unread")?,
            mentions: 0,
            notifications: word::<NotificationLevel>(row, "notifications")?,
        })
    })
}

pub(super) async fn heads(database: &Database, user: UserId) -> Result<Vec<Head>, BackendError> {
    let rows = database.read(HEADS, [user.0.into()]).await?;
    all(&rows, |row| {
        Ok(Head {
            room: RoomId(row.try_get("", "id")?),
            role: word(row, "role")?,
            seq: number(row, "last_seq")?,
            version: number(row, "version")?,
            read_seq: number(row, "read_seq")?,
        })
    })
}

pub(super) async fn joinable(
    database: &Database,
    user: UserId,
    after: Option<&RoomName>,
    limit: u32,
) -> Result<Page<Room>, BackendError> {
    let mine = Query::select()
        .column(membership::Column::RoomId)
        .from(membership::Entity)
        .and_where(Expr::col(membership::Column::UserId).eq(user.0))
        .to_owned();
    let mut rooms = room::Entity::find()
        .filter(room::Column::Kind.eq(RoomKind::Public.word()))
        .filter(room::Column::ArchivedAt.is_null())
        .filter(room::Column::Id.not_in_subquery(mine))
        .order_by_asc(room::Column::NameKey)
        .limit(u64::from(limit) + 1);
    if let Some(name) = after {
        rooms = rooms.filter(room::Column::NameKey.gt(name.key()));
    }
    let rows = rooms.all(database.reader()).await.map_err(backend)?;
    let rooms: Result<_, _> = rows.into_iter().map(Room::try_from).collect();
    Ok(page(rooms.map_err(backend)?, after.is_some(), limit))
}

pub(super) async fn members(
    database: &Database,
    room: RoomId,
    after: Option<UserId>,
    limit: u32,
) -> Result<Page<Roommate>, BackendError> {
    let past = after.map(|user| user.0);
    let values = [room.0.into(), past.into(), (i64::from(limit) + 1).into()];
    let rows = database.read(MEMBERS, values).await?;
    let members = all(&rows, |row| {
        Ok(Roommate {
            user: User::try_from(user::Model::from_query_result(row, "")?)?,
            role: word(row, "room_role")?,
        })
    })?;
    Ok(page(members, after.is_some(), limit))
}

/// Makes a page of rows of which one more than `limit` was asked for.
fn page<T>(mut items: Vec<T>, has_before: bool, limit: u32) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_after = items.len() > limit;
    items.truncate(limit);
    Page {
        items,
        has_before,
        has_after,
    }
}

fn all<T>(
    rows: &[QueryResult],
    read: impl Fn(&QueryResult) -> Result<T, DbErr>,
) -> Result<Vec<T>, BackendError> {
    let items: Result<_, _> = rows.iter().map(read).collect();
    items.map_err(backend)
}

fn number(row: &QueryResult, column: &str) -> Result<u64, DbErr> {
    row.try_get("", column).map(unsigned)
}

fn word<W: Word>(row: &QueryResult, column: &str) -> Result<W, DbErr> {
    let word: String = row.try_get("", column)?;
    W::from_word(&word)
}
