//! A room, its people and what they say, for the tests of the pages.

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::{ClientId, Mentions, Message, MessageBody, MessageId};
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
        reply_to: None,
        mentions: Mentions::default(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        created_at: noon() + TimeDelta::minutes(minutes),
        edited_at: None,
        deleted_at: None,
    }
}
