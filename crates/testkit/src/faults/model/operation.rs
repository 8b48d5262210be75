use proptest::prelude::*;
use proptest::sample::Index;

use super::expected::Change;
use super::world::DEVICES;
use super::{PEOPLE, ROOMS};

/// Something that happens to the server. Every sequence of these makes sense.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// Somebody says something new.
    Post {
        who: usize,
        room: usize,
        /// What they answer, if there is anything.
        answering: Option<Index>,
        by: By,
    },
    /// Somebody does something to a message, or its author does.
    Change {
        who: usize,
        by_author: bool,
        room: usize,
        which: Index,
        what: Change,
        by: By,
    },
    /// Somebody sends something again that they have sent before, perhaps with
    /// another body.
    Repeat {
        who: usize,
        which: Index,
        by: By,
        altered: bool,
    },
    Join {
        who: usize,
        room: usize,
    },
    Leave {
        who: usize,
        room: usize,
    },
    /// Somebody has read up to a place, which may be beyond the last message.
    Read {
        who: usize,
        room: usize,
        up_to: Index,
        mark: Mark,
    },
    /// The connection of somebody's device is cut. It comes back by itself.
    Cut {
        who: usize,
        device: usize,
    },
    /// Both sides are compared wholly.
    Compare,
    /// `kill -9`, and a start.
    Kill,
}

/// On which way something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Http,
    Socket,
}

/// How a read pointer is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Forward,
    Exactly,
}

/// Among few texts and emoji, so that some are said again.
fn change() -> impl Strategy<Value = Change> {
    let emoji = prop::sample::select(vec!["👍", "🎉", "❤️"]);
    prop_oneof![
        3 => (0..5).prop_map(|number| Change::Edit(format!("edited {number}"))),
        1 => Just(Change::Delete),
        4 => (emoji, prop::bool::weighted(0.7)).prop_map(|(emoji, on)| Change::React(emoji, on)),
    ]
}

pub(super) fn any() -> impl Strategy<Value = Operation> {
    let (who, room) = (|| 0..PEOPLE, || 0..ROOMS);
    let by = || prop_oneof![Just(By::Http), Just(By::Socket)];
    let index = || proptest::prelude::any::<Index>();
    let mark = prop_oneof![3 => Just(Mark::Forward), 1 => Just(Mark::Exactly)];
    prop_oneof![
        40 => (who(), room(), prop::option::weighted(0.25, index()), by())
            .prop_map(|(who, room, answering, by)| Operation::Post { who, room, answering, by }),
        40 => (who(), prop::bool::weighted(0.7), room(), index(), change(), by()).prop_map(
            |(who, by_author, room, which, what, by)| {
                Operation::Change { who, by_author, room, which, what, by }
            }
        ),
        10 => (who(), proptest::prelude::any::<Index>(), by(), prop::bool::weighted(0.2))
            .prop_map(|(who, which, by, altered)| Operation::Repeat { who, which, by, altered }),
        12 => (who(), room()).prop_map(|(who, room)| Operation::Join { who, room }),
        6 => (who(), room()).prop_map(|(who, room)| Operation::Leave { who, room }),
        12 => (who(), room(), proptest::prelude::any::<Index>(), mark)
            .prop_map(|(who, room, up_to, mark)| Operation::Read { who, room, up_to, mark }),
        8 => (who(), 0..DEVICES).prop_map(|(who, device)| Operation::Cut { who, device }),
        3 => Just(Operation::Compare),
        1 => Just(Operation::Kill),
    ]
}
