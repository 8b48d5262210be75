//! What nodes say to each other, as it travels: a line of JSON, and for messages the very bytes
//! that sockets are sent. A node that does not know a word leaves it aside: the versions of two
//! nodes may differ while they are being replaced.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use whatscrap_kernel::Uuid;
use whatscrap_messages::{Channel, Event, Message, Word};
use whatscrap_rooms::{RoomEvent, RoomId};
use whatscrap_users::{SessionId, TryKey, UserEvent, UserId};

use super::people;
use crate::Frames;

#[derive(Debug, Serialize, Deserialize)]
struct Envelope {
    from: Uuid,
    #[serde(flatten)]
    said: Said,
}

/// Something that one node says.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum Said {
    /// What a commit made of a room's messages.
    Changes(Run),
    Read {
        room: Uuid,
        user: Uuid,
        seq: u64,
        others: Vec<Uuid>,
    },
    Typing {
        room: Uuid,
        user: Uuid,
    },
    Devices {
        user: Uuid,
    },
    Joined {
        room: Uuid,
        user: Uuid,
    },
    Left {
        room: Uuid,
        user: Uuid,
    },
    PlaceChanged {
        room: Uuid,
        user: Uuid,
    },
    RoomChanged {
        room: Uuid,
    },
    SessionEnded {
        user: Uuid,
        session: Uuid,
    },
    ProfileChanged {
        user: Uuid,
    },
    /// This node may not have been heard for a while.
    Look,
    /// Who is there, as this node sees it.
    People(people::Word),
    /// Somebody tried a password.
    Tried {
        key: Key,
        at: i64,
        wrong: bool,
    },
    /// What people did that they may not do too often, and how often.
    Spent {
        posts: Vec<(Uuid, u32)>,
        others: Vec<(Other, u32)>,
    },
}

/// By what tries are counted.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Key {
    Account([u8; 32]),
    Address(IpAddr),
    Session(Uuid),
}

/// What is done more rarely than posts.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Other {
    DirectRoom(Uuid),
    Invitation(Uuid),
    Search(Uuid),
    Registration(IpAddr),
}

/// Changes of a room, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    room: Uuid,
    first: u64,
    /// Where in the word's body each of their frames ends.
    ends: Vec<usize>,
    authors: Vec<Uuid>,
}

impl Run {
    pub(super) fn new(
        room: RoomId,
        first: u64,
        frames: &Frames,
        messages: &[Arc<Message>],
    ) -> Self {
        let mut authors: Vec<_> = messages.iter().map(|message| message.author.id.0).collect();
        authors.sort_unstable();
        authors.dedup();
        Self {
            room: room.0,
            first,
            ends: frames.ends().collect(),
            authors,
        }
    }

    pub(super) fn room(&self) -> RoomId {
        RoomId(self.room)
    }

    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// The version that the room has come to with it.
    pub(super) fn last(&self) -> u64 {
        (self.first + self.ends.len() as u64).saturating_sub(1)
    }

    pub(super) fn authors(&self) -> impl Iterator<Item = UserId> {
        self.authors.iter().copied().map(UserId)
    }

    /// The frames, if they came along.
    pub(super) fn frames(self, word: &Word) -> Option<Frames> {
        Frames::from_parts(word.body.clone(), self.ends)
    }
}

impl Said {
    /// How an event is said, and where; nothing of what only concerns the node it happens on.
    pub(super) fn of(event: &Event) -> Option<(Channel, Self)> {
        Some(match *event {
            Event::Messages(..) | Event::Renamed(_) => return None,
            Event::Read {
                room,
                user,
                seq,
                ref others,
            } => {
                let said = Self::Read {
                    room: room.0,
                    user: user.0,
                    seq,
                    others: others.iter().map(|other| other.0).collect(),
                };
                (Channel::Room(room), said)
            }
            Event::Typing { room, user } => {
                let (said, user) = (room.0, user.0);
                (Channel::Room(room), Self::Typing { room: said, user })
            }
            Event::Devices { user } => (Channel::All, Self::Devices { user: user.0 }),
            Event::Room(event) => (Channel::All, Self::of_room(event)),
            Event::User(event) => (Channel::All, Self::of_user(event)),
        })
    }

    fn of_room(event: RoomEvent) -> Self {
        match event {
            RoomEvent::Joined { room, user } => Self::Joined {
                room: room.0,
                user: user.0,
            },
            RoomEvent::Left { room, user } => Self::Left {
                room: room.0,
                user: user.0,
            },
            RoomEvent::PlaceChanged { room, user } => Self::PlaceChanged {
                room: room.0,
                user: user.0,
            },
            RoomEvent::Changed { room } => Self::RoomChanged { room: room.0 },
        }
    }

    fn of_user(event: UserEvent) -> Self {
        match event {
            UserEvent::SessionEnded { user, session } => Self::SessionEnded {
                user: user.0,
                session: session.0,
            },
            UserEvent::ProfileChanged { user } => Self::ProfileChanged { user: user.0 },
            UserEvent::Tried { key, at, wrong } => Self::Tried {
                key: match key {
                    TryKey::Account(hash) => Key::Account(hash),
                    TryKey::Address(address) => Key::Address(address),
                    TryKey::Session(SessionId(session)) => Key::Session(session),
                },
                at: at.timestamp_millis(),
                wrong,
            },
        }
    }

    /// The event that was said; `None` of what is none.
    pub(super) fn event(self) -> Option<Event> {
        Some(match self {
            Self::Changes(_) | Self::Look | Self::People(_) | Self::Spent { .. } => return None,
            Self::Tried { key, at, wrong } => Event::User(UserEvent::Tried {
                key: match key {
                    Key::Account(hash) => TryKey::Account(hash),
                    Key::Address(address) => TryKey::Address(address),
                    Key::Session(session) => TryKey::Session(SessionId(session)),
                },
                at: DateTime::from_timestamp_millis(at)?,
                wrong,
            }),
            Self::Read {
                room,
                user,
                seq,
                others,
            } => Event::Read {
                room: RoomId(room),
                user: UserId(user),
                seq,
                others: others.into_iter().map(UserId).collect(),
            },
            Self::Typing { room, user } => Event::Typing {
                room: RoomId(room),
                user: UserId(user),
            },
            Self::Devices { user } => Event::Devices { user: UserId(user) },
            Self::Joined { room, user } => Event::Room(RoomEvent::Joined {
                room: RoomId(room),
                user: UserId(user),
            }),
            Self::Left { room, user } => Event::Room(RoomEvent::Left {
                room: RoomId(room),
                user: UserId(user),
            }),
            Self::PlaceChanged { room, user } => Event::Room(RoomEvent::PlaceChanged {
                room: RoomId(room),
                user: UserId(user),
            }),
            Self::RoomChanged { room } => Event::Room(RoomEvent::Changed { room: RoomId(room) }),
            Self::SessionEnded { user, session } => Event::User(UserEvent::SessionEnded {
                user: UserId(user),
                session: SessionId(session),
            }),
            Self::ProfileChanged { user } => {
                Event::User(UserEvent::ProfileChanged { user: UserId(user) })
            }
        })
    }
}

/// The head of a word.
pub(super) fn encode(from: Uuid, said: Said) -> String {
    serde_json::to_string(&Envelope { from, said }).expect("a word is plain data")
}

/// What a word says and which node says it, unless it is one's own or of another version.
pub(super) fn decode(me: Uuid, word: &Word) -> Option<(Uuid, Said)> {
    match serde_json::from_str(&word.head) {
        Ok(Envelope { from, said }) => (from != me).then_some((from, said)),
        Err(error) => {
            tracing::debug!(%error, "a word of another node was not understood");
            None
        }
    }
}
