use whatscrap_rooms::Role;
use whatscrap_users::UserId;

use super::Ports;
use crate::testing::react;
use crate::{ChangeError, Message, Reaction};

/// Each emoji with its count, and who is named.
fn shown(message: &Message) -> Vec<(&str, u64, &[UserId])> {
    let reactions = message.reactions.iter();
    reactions
        .map(|it| (it.emoji.as_str(), it.count, &*it.users))
        .collect()
}

pub async fn reactions_are_counted_and_named_in_order(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    for (by, emoji, on) in [
        (ben, "👍", true),
        (ada, "🎉", true),
        (ada, "👍", true),
        (ben, "🎉", true),
        (ben, "👍", false),
        (ben, "👍", true),
        (ada, "🎉", false),
    ] {
        ports
            .messages
            .change(react(&message, by, emoji, on))
            .await
            .unwrap();
    }
    let now = ports.at(room, 1).await;
    assert_eq!(shown(&now), [("👍", 2, &[ada, ben][..]), ("🎉", 1, &[ben])]);
    assert_eq!(now.version, 8);
    assert_eq!(*ports.bus.hears(room, 8).await[7], now);
    let last = ports
        .messages
        .change(react(&message, ben, "🎉", false))
        .await
        .unwrap();
    assert_eq!(shown(&last), [("👍", 2, &[ada, ben][..])]);
    let mine = ports.rooms.mine(room, ben).await.unwrap().unwrap();
    assert_eq!(mine.unread, 1, "a reaction is nothing to be read");
}

pub async fn the_first_fifty_are_named_and_all_are_counted(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    let mut people = vec![ada, ben];
    for number in 2..53 {
        people.push(
            ports
                .person(&format!("person{number}"), room, Role::Member)
                .await,
        );
    }
    for user in &people {
        ports
            .messages
            .change(react(&message, *user, "👍", true))
            .await
            .unwrap();
    }
    let now = ports.at(room, 1).await;
    assert_eq!(shown(&now), [("👍", 53, &people[..Reaction::NAMED])]);
    for gone in [people[52], people[3], people[4]] {
        ports
            .messages
            .change(react(&message, gone, "👍", false))
            .await
            .unwrap();
        people.retain(|user| *user != gone);
    }
    let now = ports.at(room, 1).await;
    assert_eq!(shown(&now), [("👍", 50, &people[..])]);
}

pub async fn a_message_has_twenty_different_reactions(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    let emoji = emojis::iter()
        .take(Reaction::MOST + 1)
        .map(emojis::Emoji::as_str);
    let emoji: Vec<_> = emoji.collect();
    for one in &emoji[..Reaction::MOST] {
        ports
            .messages
            .change(react(&message, ada, one, true))
            .await
            .unwrap();
    }
    let more = || {
        ports
            .messages
            .change(react(&message, ben, emoji[Reaction::MOST], true))
    };
    let refused = more().await;
    assert!(
        matches!(refused, Err(ChangeError::TooManyReactions)),
        "{refused:?}"
    );
    ports
        .messages
        .change(react(&message, ben, emoji[0], true))
        .await
        .unwrap();
    ports
        .messages
        .change(react(&message, ada, emoji[1], false))
        .await
        .unwrap();
    assert_eq!(more().await.unwrap().reactions.len(), Reaction::MOST);
}

pub async fn fifty_who_react_at_once_are_fifty(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let message = ports.post(room, ada).await;
    let mut people = vec![ada, ben];
    for number in 2..50 {
        people.push(
            ports
                .person(&format!("person{number}"), room, Role::Member)
                .await,
        );
    }
    for on in [true, false] {
        let tasks = people.iter().flat_map(|user| [*user; 2]).map(|user| {
            let (ports, change) = (ports.clone(), react(&message, user, "👍", on));
            tokio::spawn(async move { ports.messages.change(change).await.unwrap() })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let now = ports.at(room, 1).await;
        assert_eq!(now.version, if on { 51 } else { 101 });
        let count = now.reactions.first().map_or(0, |it| it.count);
        assert_eq!(count, if on { 50 } else { 0 });
    }
}
