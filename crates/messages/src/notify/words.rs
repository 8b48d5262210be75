use std::time::Duration;

use whatscrap_rooms::RoomId;
use whatscrap_users::PushText;

use super::{Push, Rule, Urgency};
use crate::body::excerpt;
use crate::{Message, message};

/// The most characters of a message that a push carries.
const EXCERPT: usize = 200;
/// What someone waits for an answer to is worth keeping for a day.
const PERSONAL: Duration = Duration::from_hours(24);
/// Everything else is old by then.
const OTHER: Duration = Duration::from_hours(4);

fn say(message: &Message) -> String {
    message::excerpt(message.body.as_str(), &message.attachments, EXCERPT)
}

/// What is pushed of so many messages, the last of which this is: no more than `text` allows. A
/// direct `room` has no name: it is its author's.
pub fn compose(
    text: PushText,
    room: Option<&str>,
    rule: Rule,
    message: &Message,
    count: u32,
    read: Vec<RoomId>,
) -> Push {
    let author = message.author.display_name.as_str();
    let what = if count == 1 {
        "New message".to_owned()
    } else {
        format!("{count} new messages")
    };
    let title = match rule {
        _ if text == PushText::Nothing => "WhatsCrap".to_owned(),
        Rule::Named => match room {
            Some(room) => format!("{author} mentioned you in {room}"),
            None => format!("{author} mentioned you"),
        },
        Rule::Answered => match room {
            Some(room) => format!("{author} replied to you in {room}"),
            None => format!("{author} replied to you"),
        },
        _ => match room {
            Some(room) => format!("{author} in {room}"),
            None => author.to_owned(),
        },
    };
    let body = match text {
        PushText::Full if count == 1 => say(message),
        PushText::Full => format!("{what}: {}", say(message)),
        PushText::Sender | PushText::Nothing => what,
    };
    Push {
        room: Some(message.room),
        seq: message.seq,
        count,
        title: excerpt(&title, EXCERPT),
        body,
        read,
        ttl: if rule.is_personal() { PERSONAL } else { OTHER },
        urgency: if rule.is_personal() {
            Urgency::High
        } else {
            Urgency::Normal
        },
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;
    use whatscrap_users::testing::new_user;

    use super::*;
    use crate::testing::new_message;
    use crate::testing::posted;

    fn message(body: &str) -> Message {
        let ada = new_user("ada").user;
        let new = new_message(RoomId(Uuid::nil()), ada.id, body);
        posted(new, ada, 7)
    }

    fn say(text: PushText, rule: Rule, count: u32) -> (String, String) {
        let message = message("the plan\nis secret");
        let room = (rule != Rule::Direct).then_some("Plans");
        let push = compose(text, room, rule, &message, count, Vec::new());
        (push.title, push.body)
    }

    #[test]
    fn a_push_says_no_more_than_it_may() {
        for (text, rule, count, title, body) in [
            (
                PushText::Full,
                Rule::LevelAll,
                1,
                "ada in Plans",
                "the plan is secret",
            ),
            (PushText::Full, Rule::Direct, 1, "ada", "the plan is secret"),
            (
                PushText::Full,
                Rule::Named,
                1,
                "ada mentioned you in Plans",
                "the plan is secret",
            ),
            (
                PushText::Full,
                Rule::LevelAll,
                3,
                "ada in Plans",
                "3 new messages: the plan is secret",
            ),
            (
                PushText::Full,
                Rule::Answered,
                1,
                "ada replied to you in Plans",
                "the plan is secret",
            ),
            (
                PushText::Sender,
                Rule::LevelAll,
                1,
                "ada in Plans",
                "New message",
            ),
            (PushText::Sender, Rule::Direct, 3, "ada", "3 new messages"),
            (
                PushText::Nothing,
                Rule::Named,
                1,
                "WhatsCrap",
                "New message",
            ),
            (
                PushText::Nothing,
                Rule::Direct,
                2,
                "WhatsCrap",
                "2 new messages",
            ),
        ] {
            let said = say(text, rule, count);
            assert_eq!(
                said,
                (title.to_owned(), body.to_owned()),
                "{text:?} {rule:?}"
            );
        }
    }

    #[test]
    fn what_is_long_is_cut() {
        let message = message(&"👋".repeat(4_000));
        let push = compose(
            PushText::Full,
            Some("Plans"),
            Rule::LevelAll,
            &message,
            1,
            Vec::new(),
        );
        assert_eq!(push.body.chars().count(), EXCERPT + 1);
    }

    #[test]
    fn what_is_personal_is_urgent_and_worth_a_day() {
        let message = message("hi");
        let push = |rule| compose(PushText::Full, Some("Plans"), rule, &message, 1, Vec::new());
        let urgent = push(Rule::Named);
        assert_eq!((urgent.urgency, urgent.ttl), (Urgency::High, PERSONAL));
        let other = push(Rule::LevelAll);
        assert_eq!((other.urgency, other.ttl), (Urgency::Normal, OTHER));
    }
}
