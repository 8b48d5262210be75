use bytes::Bytes;
use whatscrap_rooms::RoomId;

/// Where nodes speak to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Every node hears it.
    All,
    /// Those nodes hear it that follow the room.
    Room(RoomId),
}

/// What one node says to the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// A line of text without a line break, of 7,000 bytes at most.
    pub head: String,
    /// What saves those who hear it a look into the database. It may get lost on the way.
    pub body: Bytes,
}

/// What a node hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// What a node said, perhaps this one.
    Word(Word),
    /// From here on, what is said of this room is heard.
    Following(RoomId),
    /// From here on nothing is heard, and nobody hears this node.
    Away,
    /// Everything is heard again. What was said before, by anyone, may have been lost.
    Back,
}

/// Carries words between the nodes of one server.
///
/// Words are hints. They are heard at most once, and those of one node on one channel in the order
/// in which it said them. When words are lost, [`Heard::Back`] follows, as soon as they no longer
/// are. A carrier never blocks and never fails: it says nothing while it is [`Heard::Away`].
pub trait Carrier: Send + Sync {
    /// Says something. It is not kept for later.
    fn say(&self, channel: Channel, word: Word);

    /// Begins to hear what is said of a room; see [`Heard::Following`]. What is followed is
    /// followed again when the carrier is back.
    fn follow(&self, room: RoomId);

    /// No longer hears what is said of a room.
    fn unfollow(&self, room: RoomId);
}
