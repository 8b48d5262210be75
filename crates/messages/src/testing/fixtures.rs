use std::sync::atomic::{AtomicU64, Ordering};

use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;
use whatscrap_users::testing::now;
use whatscrap_users::{User, UserId};

use crate::mentions::Mentions;
use crate::service::content_hash;
use crate::{Change, ClientId, Emoji, Message, MessageBody, MessageId, NewMessage, What, markup};

/// A message with an id and a `client_id` of its own, not yet posted.
pub fn new_message(room: RoomId, author: UserId, body: &str) -> NewMessage {
    // An id that no other fixture of this process has.
    static LAST: AtomicU64 = AtomicU64::new(1 << 34);
    let id = Uuid::from_u64_pair(0, LAST.fetch_add(1, Ordering::Relaxed));
    let body = MessageBody::parse(body, body.len()).expect("a body");
    let (html, named) = markup::read(&body);
    NewMessage {
        id: MessageId(id),
        room,
        author,
        client_id: ClientId::parse(&id.to_string()).expect("a client id"),
        content: content_hash(&body, None, &[]),
        named,
        body,
        html,
        reply_to: None,
        attachments: Vec::new(),
        created_at: now(),
    }
}

/// That message once it is posted, the first change of its position.
pub fn posted(new: NewMessage, author: User, seq: u64) -> Message {
    Message {
        id: new.id,
        room: new.room,
        seq,
        version: seq,
        client_id: new.client_id,
        author,
        body: new.body,
        html: new.html,
        reply_to: None,
        mentions: Mentions::default(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        created_at: new.created_at,
        edited_at: None,
        deleted_at: None,
    }
}

/// That somebody has it say this.
pub fn edit(message: &Message, by: UserId, body: &str) -> Change {
    let body = MessageBody::parse(body, body.len()).expect("a body");
    let (html, named) = markup::read(&body);
    let what = What::Edit { body, html, named };
    change(message, by, what)
}

/// That somebody deletes it.
pub fn delete(message: &Message, by: UserId) -> Change {
    change(message, by, What::Delete)
}

/// That somebody reacts to it, or no more.
pub fn react(message: &Message, by: UserId, emoji: &str, on: bool) -> Change {
    let emoji = Emoji::parse(emoji).expect("an emoji");
    change(message, by, What::React { emoji, on })
}

fn change(message: &Message, by: UserId, what: What) -> Change {
    Change {
        room: message.room,
        message: message.id,
        by,
        at: now(),
        since: None,
        what,
    }
}
