use std::collections::HashMap;

use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QueryResult};
use whatscrap_kernel::{BackendError, Page};
use whatscrap_rooms::{
    Membership, MyRoom, NotificationLevel, Role, Room, RoomId, RoomKind, RoomName, Roommate,
};
use whatscrap_users::{Preferences, User, UserId};

use crate::database::{Database, backend, hex_array, page};
use crate::entity::{Word, room, unsigned, user};

/// A member's rooms. `seq` has no holes, so what is unread is counted by subtraction: of the
/// positions after the pointer, those that are mine (there are some only if it was put back, and
/// then they were counted) and those of others that are deleted. Of what names me, or the room,
/// after the pointer, the same are left out.
const MINE: &str = "
SELECT r.*, m.role, m.read_seq, m.notifications,
       (SELECT preferences FROM users WHERE id = m.user_id) AS preferences,
       r.last_seq - m.read_seq
       - CASE WHEN m.own_after_seq = m.read_seq THEN m.own_after ELSE 0 END
       - (SELECT COUNT(*) FROM messages d
          WHERE d.room_id = r.id AND d.deleted_at IS NOT NULL
            AND d.seq > m.read_seq AND d.author_id <> m.user_id) AS unread,
       (SELECT COUNT(*) FROM mentions n
        WHERE n.addressee_id IN (m.user_id, m.room_id) AND n.room_id = m.room_id
          AND n.seq > m.read_seq AND n.author_id <> m.user_id
          AND NOT EXISTS (SELECT 1 FROM messages d
                          WHERE d.room_id = n.room_id AND d.seq = n.seq
                            AND d.deleted_at IS NOT NULL)) AS mentions
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
  AND m.username > CASE WHEN $2 IS NULL THEN '' ELSE (SELECT username FROM users WHERE id = $2) END
ORDER BY m.username LIMIT $3";

const OTHERS: &str = "
SELECT o.room_id, u.*
FROM memberships m
JOIN rooms r ON r.id = m.room_id AND r.kind = 'direct'
JOIN memberships o ON o.room_id = r.id AND o.user_id <> m.user_id
JOIN users u ON u.id = o.user_id
WHERE m.user_id = $1 AND ($2 IS NULL OR m.room_id = $2)
ORDER BY u.username";

/// Whose names lie between `$2` and `$3`. By username the members are looked up, by display name
/// the people, of whom fewer are called so than a large room has members.
const CALLED: &str = "
SELECT u.*, m.role AS room_role
FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.room_id = $1 AND m.user_id IN (
  SELECT user_id FROM (SELECT user_id FROM memberships
                       WHERE room_id = $1 AND username >= $2 AND username < $3
                       ORDER BY username LIMIT $4) a
  UNION
  SELECT id FROM (SELECT id FROM users p
                  WHERE display_key >= $2 AND display_key < $3
                    AND EXISTS (SELECT 1 FROM memberships
                                WHERE room_id = $1 AND user_id = p.id)
                  ORDER BY display_key LIMIT $4) b)
ORDER BY u.username LIMIT $4";

/// The kind is named in the text, not bound, for the index of public names to be used.
const JOINABLE: &str = "
SELECT r.* FROM rooms r
WHERE r.kind = 'public' AND r.archived_at IS NULL AND r.name_key > $2
  AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.room_id = r.id AND m.user_id = $1)
ORDER BY r.name_key LIMIT $3";

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
    let rows = if let Some(room) = room {
        let sql = format!("{MINE} AND m.room_id = $2");
        database.read(&sql, [user.0.into(), room.0.into()]).await?
    } else {
        database.read(MINE, [user.0.into()]).await?
    };
    let usual = usual_level(&rows).map_err(backend)?;
    let mut mine = all(&rows, |row| {
        let room: Room = room::Model::from_query_result(row, "")?.try_into()?;
        let chosen = chosen_level(row)?;
        let usual = if room.kind == RoomKind::Direct {
            NotificationLevel::All
        } else {
            usual
        };
        Ok(MyRoom {
            room,
            role: word(row, "role")?,
            read_seq: number(row, "read_seq")?,
            unread: number(row, "unread")?,
            mentions: number(row, "mentions")?,
            notifications: chosen.unwrap_or(usual),
            notifications_chosen: chosen.is_some(),
            others: Vec::new(),
        })
    })?;
    if mine.iter().any(|mine| mine.room.kind == RoomKind::Direct) {
        let mut others = others(database, user, room).await?;
        for mine in &mut mine {
            mine.others = others.remove(&mine.room.id).unwrap_or_default();
        }
    }
    mine.sort_by_cached_key(MyRoom::order);
    Ok(mine)
}

/// Whom this person sees in their direct rooms, or in one of them.
async fn others(
    database: &Database,
    user: UserId,
    room: Option<RoomId>,
) -> Result<HashMap<RoomId, Vec<User>>, BackendError> {
    let values = [user.0.into(), room.map(|room| room.0).into()];
    let rows = database.read(OTHERS, values).await?;
    let rows = all(&rows, |row| {
        let room = RoomId(row.try_get("", "room_id")?);
        Ok((
            room,
            User::try_from(user::Model::from_query_result(row, "")?)?,
        ))
    })?;
    let mut others: HashMap<_, Vec<_>> = HashMap::new();
    for (room, other) in rows {
        others.entry(room).or_default().push(other);
    }
    Ok(others)
}

/// What someone chose for a place; `None`: nothing.
pub(crate) fn chosen_level(row: &QueryResult) -> Result<Option<NotificationLevel>, DbErr> {
    let word: String = row.try_get("", "notifications")?;
    if word == level_word(None) {
        return Ok(None);
    }
    NotificationLevel::from_word(&word).map(Some)
}

/// How a place keeps what was chosen for it.
pub(super) fn level_word(chosen: Option<NotificationLevel>) -> &'static str {
    chosen.map_or("usual", NotificationLevel::word)
}

/// What someone whose rooms these are wants of every room.
fn usual_level(rows: &[QueryResult]) -> Result<NotificationLevel, DbErr> {
    let Some(row) = rows.first() else {
        return Ok(NotificationLevel::default());
    };
    let preferences: String = row.try_get("", "preferences")?;
    Ok(Preferences::stored(&preferences).level)
}

pub(super) async fn joinable(
    database: &Database,
    user: UserId,
    after: Option<&RoomName>,
    limit: u32,
) -> Result<Page<Room>, BackendError> {
    let past = after.map(RoomName::key).unwrap_or_default();
    let values = [user.0.into(), past.into(), (i64::from(limit) + 1).into()];
    let rows = database.read(JOINABLE, values).await?;
    let rooms = all(&rows, |row| {
        room::Model::from_query_result(row, "")?.try_into()
    })?;
    Ok(page(rooms, after.is_some(), limit))
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
    Ok(page(all(&rows, roommate)?, after.is_some(), limit))
}

pub(super) async fn members_called(
    database: &Database,
    room: RoomId,
    prefix: &str,
    limit: u32,
) -> Result<Vec<Roommate>, BackendError> {
    let prefix = prefix.to_lowercase();
    let past = format!("{prefix}{}", char::MAX);
    let values = [
        room.0.into(),
        prefix.into(),
        past.into(),
        i64::from(limit).into(),
    ];
    all(&database.read(CALLED, values).await?, roommate)
}

pub(super) async fn inside(
    database: &Database,
    room: RoomId,
    users: &[UserId],
) -> Result<Vec<UserId>, BackendError> {
    let users: Vec<_> = users.iter().map(|user| user.0).collect();
    let among = database.among();
    let sql = format!("SELECT user_id FROM memberships WHERE room_id = $2 AND user_id {among}");
    let rows = database.read(&sql, [hex_array(&users), room.0.into()]);
    all(&rows.await?, |row| Ok(UserId(row.try_get("", "user_id")?)))
}

pub(super) async fn places(
    database: &Database,
    users: &[UserId],
) -> Result<Vec<(UserId, RoomId)>, BackendError> {
    let users: Vec<_> = users.iter().map(|user| user.0).collect();
    let among = database.among();
    let sql = format!("SELECT user_id, room_id FROM memberships WHERE user_id {among}");
    let rows = database.read(&sql, [hex_array(&users)]);
    all(&rows.await?, |row| {
        let user = UserId(row.try_get_by_index(0)?);
        Ok((user, RoomId(row.try_get_by_index(1)?)))
    })
}

fn roommate(row: &QueryResult) -> Result<Roommate, DbErr> {
    Ok(Roommate {
        user: User::try_from(user::Model::from_query_result(row, "")?)?,
        role: word(row, "room_role")?,
    })
}

const SIZE: &str = "
SELECT COUNT(*) AS size FROM (SELECT 1 FROM memberships WHERE room_id = $1 LIMIT $2) m";

pub(super) async fn size(
    database: &Database,
    room: RoomId,
    most: u32,
) -> Result<u32, BackendError> {
    let values = [room.0.into(), i64::from(most).into()];
    let rows = database.read(SIZE, values).await?;
    let sizes = all(&rows, |row| number(row, "size"))?;
    let size = sizes.first().copied().unwrap_or_default();
    Ok(u32::try_from(size).unwrap_or(most))
}

fn all<T>(
    rows: &[QueryResult],
    read: impl Fn(&QueryResult) -> Result<T, DbErr>,
) -> Result<Vec<T>, BackendError> {
    let items: Result<_, _> = rows.iter().map(read).collect();
    items.map_err(backend)
}

pub(super) fn number(row: &QueryResult, column: &str) -> Result<u64, DbErr> {
    row.try_get("", column).map(unsigned)
}

pub(super) fn word<W: Word>(row: &QueryResult, column: &str) -> Result<W, DbErr> {
    let word: String = row.try_get("", column)?;
    W::from_word(&word)
}
