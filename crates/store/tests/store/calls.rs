//! Whom `@here` means, and in how large a room.

use sea_orm::{ConnectionTrait, Database};
use whatscrap_kernel::Uuid;
use whatscrap_messages::mentions::Call;
use whatscrap_messages::testing::new_message;
use whatscrap_rooms::{Role, RoomId};
use whatscrap_users::UserId;
use whatscrap_users::testing::{new_user, now};

use crate::posts::people_and_rooms;
use crate::site::{Site, on_both};

on_both!(new: here_names_nobody_in_a_room_of_more_than_a_thousand);

/// Makes accounts with the ids 1, 2, 3… and puts them into the room, all at once.
async fn crowd(site: &Site, room: RoomId, count: u32) {
    let admin = Database::connect(&site.url).await.unwrap();
    let is_postgres = site.url.starts_with("postgres");
    let (number, room) = if is_postgres {
        (
            "lpad(to_hex(i), 32, '0')::uuid",
            format!("'{}'::uuid", room.0),
        )
    } else {
        (
            "unhex(printf('%032x', i))",
            format!("unhex('{}')", room.0.simple()),
        )
    };
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    );
    let people = format!(
        "INSERT INTO users (id, username, skeleton, display_name, display_key, role, bot,
                            password, created_at)
         {numbers} SELECT {number}, 'n' || i, 'n' || i, 'n' || i, 'n' || i, 'member', false, '',
                          (SELECT MIN(created_at) FROM users) FROM n"
    );
    let places = format!(
        "INSERT INTO memberships (room_id, user_id, username, role, read_seq, notifications,
                                  joined_at)
         {numbers} SELECT {room}, {number}, 'n' || i, 'member', 0, 'all',
                          (SELECT MIN(created_at) FROM users) FROM n"
    );
    for sql in [people, places] {
        admin.execute_unprepared(&sql).await.unwrap();
    }
}

async fn here_names_nobody_in_a_room_of_more_than_a_thousand(site: Site) {
    let (ada, rooms) = people_and_rooms(&site, 1).await;
    let (room, member) = (rooms[0], UserId(Uuid::from_u128(7)));
    crowd(&site, room, 999).await;
    site.attention.arrives(member, None);
    let say = async || {
        let message = new_message(room, ada, "@here");
        let posted = site.store.messages.post(message).await.unwrap();
        let mine = site.store.rooms.mine(room, member).await.unwrap();
        (posted.message.mentions.call, mine.unwrap().mentions)
    };
    assert_eq!(say().await, (Some(Call::Here), 1));
    let eve = new_user("eve");
    let stranger = eve.user.id;
    site.store.users.create(eve).await.unwrap();
    let joined = site.store.rooms.join(room, stranger, Role::Member, now());
    assert!(joined.await.unwrap());
    assert_eq!(say().await, (None, 1));
}
