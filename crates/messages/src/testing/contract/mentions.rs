use std::sync::Arc;

use whatscrap_rooms::RoomId;
use whatscrap_users::testing::new_user;
use whatscrap_users::{UserId, Username};

use super::Ports;
use crate::mentions::Call;
use crate::testing::new_message;
use crate::{Mentions, Message, MessageId, PageAt, ReadMark};

async fn say(ports: &Ports, room: RoomId, author: UserId, body: &str) -> Arc<Message> {
    let message = new_message(room, author, body);
    ports.messages.post(message).await.unwrap().message
}

/// How much someone has not read of a room, and how much of it names them.
async fn unread(ports: &Ports, room: RoomId, user: UserId) -> (u64, u64) {
    let mine = ports.rooms.mine(room, user).await.unwrap().unwrap();
    assert!(ports.rooms.all_mine(user).await.unwrap().contains(&mine));
    (mine.unread, mine.mentions)
}

async fn outsider(ports: &Ports) -> UserId {
    let new = new_user("eve");
    let eve = new.user.id;
    ports.users.create(new).await.unwrap();
    eve
}

fn named(people: &[(&str, UserId)]) -> Mentions {
    let person = |(name, user): &(&str, UserId)| (Username::sought(name), *user);
    Mentions {
        people: people.iter().map(person).collect(),
        call: None,
    }
}

pub async fn only_members_are_named(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    outsider(&ports).await;
    for (body, expected) in [
        ("hello", named(&[])),
        ("hello @eve and @nobody", named(&[])),
        ("@Ben, meet @eve", named(&[("ben", ben)])),
        (
            "@BEN @ada `@eve` @ben",
            named(&[("ben", ben), ("ada", ada)]),
        ),
        ("ben@ben.example", named(&[])),
    ] {
        let new = new_message(room, ada, body);
        let message = ports.messages.post(new.clone()).await.unwrap().message;
        assert_eq!(message.mentions, expected, "{body}");
        let again = ports.messages.post(new).await.unwrap().message;
        assert_eq!(again, message, "a retry names the same");
        let page = ports.messages.page(room, PageAt::Newest, 1).await.unwrap();
        assert_eq!(page.items, [(*message).clone()]);
        let after = message.version - 1;
        let changes = ports.messages.changes(room, after, 9).await.unwrap();
        assert_eq!(changes.unwrap().messages, [(*message).clone()]);
    }
}

pub async fn who_is_named_counts_it_until_they_have_read_it(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    ports.join(other, ben).await;
    say(&ports, other, ada, "@ben over here").await;
    for body in ["hello", "@ben", "@ada", "@ben @ada", "@ben @ben"] {
        say(&ports, room, ada, body).await;
    }
    assert_eq!(unread(&ports, room, ben).await, (5, 3));
    assert_eq!(unread(&ports, other, ben).await, (1, 1));
    assert_eq!(unread(&ports, room, ada).await, (0, 0));
    for (mark, expected) in [
        (ReadMark::Forward(2), (3, 2)),
        (ReadMark::Forward(5), (0, 0)),
        (ReadMark::Exactly(3), (2, 2)),
        (ReadMark::Exactly(0), (5, 3)),
    ] {
        ports.messages.mark_read(room, ben, mark).await.unwrap();
        assert_eq!(unread(&ports, room, ben).await, expected, "{mark:?}");
    }
    say(&ports, room, ben, "I am here, @ada").await;
    assert_eq!(unread(&ports, room, ben).await, (0, 0));
    assert_eq!(unread(&ports, room, ada).await, (1, 1));
}

pub async fn naming_oneself_counts_for_nobody(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = say(&ports, room, ada, "@ada was here, @room").await;
    assert!(message.mentions.contains(ada));
    ports
        .messages
        .mark_read(room, ada, ReadMark::Exactly(0))
        .await
        .unwrap();
    assert_eq!(unread(&ports, room, ada).await, (0, 0));
    assert_eq!(unread(&ports, room, ben).await, (1, 1));
}

pub async fn the_room_is_everyone_in_it_once(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = say(&ports, room, ada, "@room and @ben, lunch").await;
    assert_eq!(message.mentions.call, Some(Call::Room));
    assert!(message.mentions.contains(ben));
    let eve = outsider(&ports).await;
    ports.join(room, eve).await;
    assert_eq!(unread(&ports, room, eve).await, (0, 0));
    say(&ports, room, ben, "@room dinner").await;
    assert_eq!(unread(&ports, room, ben).await, (0, 0));
    assert_eq!(unread(&ports, room, ada).await, (1, 1));
    assert_eq!(unread(&ports, room, eve).await, (1, 1));
    let page = ports.messages.page(room, PageAt::Newest, 2).await.unwrap();
    assert_eq!(page.items[0], *message);
}

pub async fn here_is_who_is_there(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let (eve, zoe) = (outsider(&ports).await, new_user("zoe"));
    let away = zoe.user.id;
    ports.users.create(zoe).await.unwrap();
    for user in [eve, away] {
        ports.join(room, user).await;
    }
    for user in [ada, ben] {
        ports.attention.arrives(user, None);
    }
    let message = say(&ports, room, ada, "@here and @eve, now").await;
    assert_eq!(message.mentions.call, Some(Call::Here));
    for (user, mentions) in [(ben, 1), (eve, 1), (away, 0), (ada, 0)] {
        let expected = (u64::from(user != ada), mentions);
        assert_eq!(unread(&ports, room, user).await, expected);
    }
    ports.attention.arrives(away, None);
    assert_eq!(
        unread(&ports, room, away).await,
        (1, 0),
        "it was said before"
    );
    ports.attention.leaves(ben);
    say(&ports, room, ada, "@here again").await;
    assert_eq!(unread(&ports, room, ben).await, (2, 1));
    assert_eq!(unread(&ports, room, away).await, (2, 1));
}

/// The bodies of what names someone, a page of two, and the id to go on from, if there is more.
async fn page(
    ports: &Ports,
    user: UserId,
    before: Option<MessageId>,
) -> (Vec<String>, Option<MessageId>) {
    let page = ports.messages.mentions(user, before, 2).await.unwrap();
    let bodies = page.items.iter().map(|each| each.body.as_str().to_owned());
    let next = page.items.last().filter(|_| page.has_after);
    (bodies.collect(), next.map(|last| last.id))
}

pub async fn everything_that_names_one_is_read_newest_first(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    ports.join(other, ben).await;
    assert_eq!(page(&ports, ben, None).await, (vec![], None));
    for (room, author, body) in [
        (room, ada, "@ben one"),
        (other, ada, "@room two"),
        (room, ada, "nobody"),
        (room, ben, "@ben @room myself"),
        (other, ada, "@ben three"),
        (room, ada, "@ben @room four"),
        (other, ben, "@ada"),
        (other, ada, "@room five"),
    ] {
        say(&ports, room, author, body).await;
    }
    let (first, next) = page(&ports, ben, None).await;
    assert_eq!(first, ["@room five", "@ben @room four"]);
    let (second, next) = page(&ports, ben, next).await;
    assert_eq!(second, ["@ben three", "@room two"]);
    assert_eq!(
        page(&ports, ben, next).await,
        (vec!["@ben one".to_owned()], None)
    );
    ports.rooms.leave(other, ben).await.unwrap();
    let left = ["@ben @room four", "@ben one"].map(str::to_owned).to_vec();
    assert_eq!(page(&ports, ben, None).await, (left, None));
    let all = ports.messages.mentions(ben, None, 9).await.unwrap().items;
    let here = ports
        .messages
        .page(room, PageAt::Newest, 9)
        .await
        .unwrap()
        .items;
    assert!(all.iter().all(|message| here.contains(message)));
}

pub async fn many_who_post_at_once_name_whom_they_mean(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ben).await;
    let tasks = (0..30).map(|number| {
        let (ports, body) = (
            ports.clone(),
            ["hi", "@ada", "@ben", "@room", "@eve"][number % 5],
        );
        let room = if number % 2 == 0 { room } else { other };
        tokio::spawn(async move { say(&ports, room, ben, body).await })
    });
    for post in tasks.collect::<Vec<_>>() {
        let message = post.await.unwrap();
        let knows_ada = message.room == room;
        let names_ada = knows_ada && message.body.as_str() == "@ada";
        assert_eq!(message.mentions.contains(ada), names_ada);
    }
    assert_eq!(unread(&ports, room, ada).await, (15, 6));
    assert_eq!(unread(&ports, other, ben).await, (0, 0));
}
