use chrono::TimeDelta;
use serde::Serialize;
use whatscrap_messages::Message;
use whatscrap_users::UserId;

use crate::views::{MessageView, RoomView};

/// Messages of one person within this time stand together. `static/js/rows.js` does the same.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

/// A message in its place in the log.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells the template one thing"
)]
pub(super) struct Row {
    message: MessageView,
    own: bool,
    /// Whether it names the reader.
    mentioned: bool,
    /// What the reader put to it.
    reacted: Vec<String>,
    /// Whether it follows the one before without a head of its own.
    grouped: bool,
    /// The day that begins with it, in UTC: the browser puts in its own.
    day: Option<String>,
    /// Whether what the reader has not seen begins with it.
    first_unread: bool,
    /// Whether the page was asked for it.
    target: bool,
}

/// A message that stands alone.
pub(super) fn row(message: &Message, reader: UserId) -> Row {
    Row {
        message: MessageView::from(message),
        own: message.author.id == reader,
        mentioned: message.author.id != reader && names(message, reader),
        reacted: reacted(message, reader),
        grouped: false,
        day: None,
        first_unread: false,
        target: false,
    }
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
            grouped: follows && !new_day && !first_unread,
            day: new_day.then(|| day.to_string()),
            first_unread,
            target: Some(message.seq) == target,
            ..row(message, reader)
        });
        before = Some(message);
    }
    rows
}

fn names(message: &Message, reader: UserId) -> bool {
    message.mentions.call.is_some() || message.mentions.contains(reader)
}

fn reacted(message: &Message, reader: UserId) -> Vec<String> {
    let mine = message
        .reactions
        .iter()
        .filter(|each| each.users.contains(&reader));
    mine.map(|each| each.emoji.as_str().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{message, room, user};
    use super::*;

    #[test]
    fn one_author_within_five_minutes_stands_together() {
        let (ada, ben) = (user(1, "Ada"), user(2, "Ben"));
        let messages = [
            message(1, &ada, 0, "a"),
            message(2, &ada, 5, "b"),
            message(3, &ben, 6, "c"),
            message(4, &ben, 12, "d"),
        ];
        let rows = rows(&messages, &room("general", 4), ada.id, None);
        let grouped: Vec<_> = rows.iter().map(|row| row.grouped).collect();
        assert_eq!(grouped, [false, true, false, false]);
        let own: Vec<_> = rows.iter().map(|row| row.own).collect();
        assert_eq!(own, [true, true, false, false]);
    }

    #[test]
    fn a_new_day_and_what_is_unread_begin_anew() {
        let (ada, ben) = (user(1, "Ada"), user(2, "Ben"));
        let midnight = 12 * 60;
        let messages = [
            message(1, &ben, midnight - 1, "a"),
            message(2, &ben, midnight, "b"),
            message(3, &ada, midnight + 1, "own"),
            message(4, &ben, midnight + 2, "c"),
            message(5, &ben, midnight + 3, "d"),
        ];
        let rows = rows(&messages, &room("general", 2), ada.id, Some(5));
        let days: Vec<_> = rows.iter().map(|row| row.day.as_deref()).collect();
        assert_eq!(days[..3], [Some("2026-01-01"), Some("2026-01-02"), None]);
        assert!(!rows[1].grouped);
        let unread: Vec<_> = rows.iter().map(|row| row.first_unread).collect();
        assert_eq!(unread, [false, false, false, true, false]);
        assert!(rows[4].grouped && rows[4].target);
    }
}
