use proptest::prelude::*;
use proptest::sample::Index;

use super::{PEOPLE, ROOMS};

/// Something that happens to the server. Every sequence of these makes sense.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    /// Somebody says something new.
    Post {
        who: usize,
        room: usize,
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
    /// Somebody's connection is cut. They come back by themselves.
    Cut {
        who: usize,
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

pub(super) fn any() -> impl Strategy<Value = Operation> {
    let (who, room) = (|| 0..PEOPLE, || 0..ROOMS);
    let by = || prop_oneof![Just(By::Http), Just(By::Socket)];
    let mark = prop_oneof![3 => Just(Mark::Forward), 1 => Just(Mark::Exactly)];
    prop_oneof![
        40 => (who(), room(), by()).prop_map(|(who, room, by)| Operation::Post { who, room, by }),
        10 => (who(), proptest::prelude::any::<Index>(), by(), prop::bool::weighted(0.2))
            .prop_map(|(who, which, by, altered)| Operation::Repeat { who, which, by, altered }),
        12 => (who(), room()).prop_map(|(who, room)| Operation::Join { who, room }),
        6 => (who(), room()).prop_map(|(who, room)| Operation::Leave { who, room }),
        12 => (who(), room(), proptest::prelude::any::<Index>(), mark)
            .prop_map(|(who, room, up_to, mark)| Operation::Read { who, room, up_to, mark }),
        8 => who().prop_map(|who| Operation::Cut { who }),
        3 => Just(Operation::Compare),
        1 => Just(Operation::Kill),
    ]
}
