use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::Ports;
use crate::testing::{delete, edit, new_message, react};
use crate::{ChangeError, MessageId, NewMessage};

fn reply(room: RoomId, author: UserId, parent: MessageId) -> NewMessage {
    NewMessage {
        reply_to: Some(parent),
        ..new_message(room, author, "indeed")
    }
}

pub async fn a_reply_quotes_its_parent_as_that_stands_now(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let parent = ports.post(room, ada).await;
    let new = reply(room, ben, parent.id);
    let posted = ports.messages.post(new.clone()).await.unwrap().message;
    let quote = posted.reply_to.clone().unwrap();
    assert_eq!((quote.id, quote.seq), (parent.id, 1));
    assert_eq!((quote.author.as_str(), &*quote.excerpt), ("ada", "hello"));
    assert_eq!(ports.at(room, 2).await, *posted);
    assert_eq!(ports.bus.hears(room, 2).await[1], posted);
    for (change, excerpt) in [
        (edit(&parent, ada, "good\nbye"), "good bye"),
        (delete(&parent, ada), ""),
    ] {
        ports.messages.change(change).await.unwrap();
        let quote = |message: &crate::Message| message.reply_to.clone().unwrap().excerpt;
        assert_eq!(quote(&ports.at(room, 2).await), excerpt);
        let again = ports.messages.post(new.clone()).await.unwrap();
        assert!(again.duplicate);
        assert_eq!(quote(&again.message), excerpt);
        let emoji = if excerpt.is_empty() { "👍" } else { "🎉" };
        let reacted = ports
            .messages
            .change(react(&posted, ada, emoji, true))
            .await;
        assert_eq!(quote(&reacted.unwrap()), excerpt);
    }
    assert_eq!(ports.at(room, 2).await.version, 6);
}

pub async fn only_what_is_here_is_answered(ports: Ports) {
    let (room, ada, ben) = ports.room_of_two().await;
    let other = ports.room("other", ada).await;
    let elsewhere = ports.post(other, ada).await;
    let gone = ports.post(room, ada).await;
    ports.messages.change(delete(&gone, ada)).await.unwrap();
    for parent in [elsewhere.id, gone.id, MessageId(Uuid::max())] {
        let refused = ports.messages.post(reply(room, ben, parent)).await;
        assert!(matches!(refused, Err(ChangeError::NoParent)), "{refused:?}");
    }
    assert_eq!(ports.post(room, ben).await.seq, 2);
}
