//! A room, its people and what they say, for the tests of the pages.

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::{
    Attachment, AttachmentId, ClientId, Emoji, Mentions, Message, MessageBody, MessageId, Quote,
    Reaction,
};
use whatscrap_rooms::{Room, RoomId, RoomKind, RoomName, Topic};
use whatscrap_users::{Availability, DisplayName, ServerRole, User, UserId, Username};

use crate::views::RoomView;

fn noon() -> Time {
    DateTime::from_timestamp(1_767_268_800, 0).expect("it is a moment of 2026")
}

pub(super) fn user(number: u64, name: &str) -> User {
    User {
        id: UserId(Uuid::from_u64_pair(1, number)),
        username: Username::stored(format!("user{number}")),
        display_name: DisplayName::stored(name.to_owned()),
        avatar: None,
        status: None,
        availability: Availability::default(),
        role: ServerRole::Member,
        bot: false,
        created_at: noon(),
    }
}

pub(super) fn room(name: &str, read_seq: u64) -> RoomView {
    let room = Room {
        id: RoomId(Uuid::from_u64_pair(2, 1)),
        kind: RoomKind::Public,
        name: RoomName::stored(name.to_owned()),
        topic: Topic::stored(String::new()),
        last_seq: 3,
        version: 3,
        created_at: noon(),
        archived_at: None,
    };
    RoomView {
        read_seq,
        ..RoomView::from(room)
    }
}

/// A message, so many minutes after noon.
pub(super) fn message(seq: u64, author: &User, minutes: i64, body: &str) -> Message {
    Message {
        id: MessageId(Uuid::from_u64_pair(3, seq)),
        room: RoomId(Uuid::from_u64_pair(2, 1)),
        seq,
        version: seq,
        client_id: ClientId::stored(format!("c{seq}")),
        author: author.clone(),
        body: MessageBody::stored(body.to_owned()),
        html: None,
        mentions: Mentions::default(),
        reply_to: None,
        attachments: Vec::new(),
        reactions: Vec::new(),
        created_at: noon() + TimeDelta::minutes(minutes),
        edited_at: None,
        deleted_at: None,
    }
}

/// A message with everything that one can have: this text wherever there is text.
pub(super) fn rich(seq: u64, author: &User, minutes: i64, text: &str) -> Message {
    let attachment = |kind: &str, number, picture: Option<u32>| Attachment {
        id: AttachmentId(Uuid::from_u64_pair(4, number)),
        name: text.to_owned(),
        kind: kind.to_owned(),
        size: 1_234_567,
        width: picture,
        height: picture,
        has_thumbnail: picture.is_some(),
        alt: picture.map(|_| text.to_owned()),
    };
    let plain = message(seq, author, minutes, text);
    Message {
        reply_to: Some(Quote {
            id: MessageId(Uuid::from_u64_pair(3, 1)),
            seq: 1,
            author: author.username.clone(),
            excerpt: text.to_owned(),
        }),
        attachments: vec![
            attachment("image/png", 1, Some(640)),
            attachment("application/pdf", 2, None),
            attachment("audio/ogg", 3, None),
            attachment("video/mp4", 4, None),
        ],
        reactions: vec![Reaction {
            emoji: Emoji::stored("👍".to_owned()),
            count: 1,
            users: vec![author.id],
        }],
        edited_at: Some(plain.created_at),
        ..plain
    }
}

/// A message of which nothing is left but its place.
pub(super) fn deleted(seq: u64, author: &User, minutes: i64) -> Message {
    let empty = message(seq, author, minutes, "");
    Message {
        deleted_at: Some(empty.created_at),
        ..empty
    }
}
