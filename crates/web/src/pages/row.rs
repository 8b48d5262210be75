use chrono::TimeDelta;
use serde::Serialize;
use whatscrap_messages::Message;
use whatscrap_users::UserId;

use crate::views::{MessageView, RoomView};

/// Messages of one person within this time stand together. `static/js/rows.js` does the same.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

/// A message in its place in the log.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    message: MessageView,
    own: bool,
    /// Whether it follows the one before without a head of its own.
    grouped: bool,
    /// The day that begins with it, in UTC: the browser puts in its own.
    day: Option<String>,
    /// Whether what the reader has not seen begins with it.
    first_unread: bool,
    /// Whether the page was asked for it.
    target: bool,
}

/// The rows of a page, as `reader` sees them.
pub(super) fn rows(
    messages: &[Message],
    room: &RoomView,
    reader: UserId,
    target: Option<u64>,
) -> Vec<Row> {
    let is_unread = |message: &&Message| message.seq > room.read_seq && message.author.id != reader;
    let first_unread = messages.iter().find(is_unread).map(|first| first.seq);
    let mut before: Option<&Message> = None;
    let mut rows = Vec::with_capacity(messages.len());
    for message in messages {
        let day = message.created_at.date_naive();
        let new_day = before.is_none_or(|before| before.created_at.date_naive() != day);
        let first_unread = Some(message.seq) == first_unread;
        let follows = before.is_some_and(|before| {
            before.author.id == message.author.id
                && message.created_at - before.created_at <= TOGETHER
        });
        rows.push(Row {
            message: MessageView::from(message),
            own: message.author.id == reader,
            grouped: follows && !new_day && !first_unread,
            day: new_day.then(|| day.to_string()),
            first_unread,
            target: Some(message.seq) == target,
        });
        before = Some(message);
    }
    rows
}
