use std::borrow::Cow;

use whatscrap_kernel::Time;
use whatscrap_users::{NotificationLevel, User, UserId};

use crate::{Role, RoomName, Topic};

whatscrap_kernel::ids! {
    /// Names a room, for ever.
    RoomId
}

/// Who may find and enter a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomKind {
    /// Everyone on the server sees it and may join.
    Public,
    /// Only its members know that it exists; a moderator or the owner adds people.
    Private,
    /// The one room of exactly these people, for ever. Nobody enters it and nobody goes.
    Direct,
}

/// A room, the same for everyone who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Never changes.
    pub id: RoomId,
    /// What it is called; nothing in a direct room, which everyone calls by the others in it.
    pub name: RoomName,
    /// Who may find and enter it.
    pub kind: RoomKind,
    /// What it is about.
    pub topic: Topic,
    /// The `seq` of the newest message; 0 while there is none.
    pub last_seq: u64,
    /// The number of changes so far.
    pub version: u64,
    /// When it was made.
    pub created_at: Time,
    /// When it was archived: it can be read but not written.
    pub archived_at: Option<Time>,
}

/// A room and my place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyRoom {
    /// The room.
    pub room: Room,
    /// My role.
    pub role: Role,
    /// Up to which message I have read.
    pub read_seq: u64,
    /// Messages after `read_seq` that are not mine and not deleted.
    pub unread: u64,
    /// Those of them that name me.
    pub mentions: u64,
    /// What I want to be told of: what I chose for this room, or else what I want of every room;
    /// of direct rooms that is everything.
    pub notifications: NotificationLevel,
    /// Whether I chose it for this room.
    pub notifications_chosen: bool,
    /// The others in a direct room, by username; nobody in other rooms.
    pub others: Vec<User>,
}

impl MyRoom {
    /// What I call the room.
    pub fn name(&self) -> Cow<'_, str> {
        match (self.room.kind, &self.others[..]) {
            (RoomKind::Public | RoomKind::Private, _) => self.room.name.as_str().into(),
            (RoomKind::Direct, []) => "Notes to self".into(),
            (RoomKind::Direct, others) => {
                let names: Vec<_> = others
                    .iter()
                    .map(|other| other.display_name.as_str())
                    .collect();
                names.join(", ").into()
            }
        }
    }

    /// The room with the others' profiles as they are at this time.
    #[must_use]
    pub(crate) fn current_at(mut self, now: Time) -> Self {
        let others = self.others.into_iter();
        self.others = others.map(|other| other.current_at(now)).collect();
        self
    }

    /// What my rooms are listed by: the name, folded, then the id.
    pub fn order(&self) -> (String, RoomId) {
        let name = RoomName::stored(self.name().into_owned());
        (name.key(), self.room.id)
    }
}

/// Where a room stands for one of its members: what a socket needs to resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The room.
    pub room: RoomId,
    /// Its kind.
    pub kind: RoomKind,
    /// My role.
    pub role: Role,
    /// The `seq` of its newest message.
    pub seq: u64,
    /// The number of its latest change.
    pub version: u64,
    /// Up to which message I have read.
    pub read_seq: u64,
}

/// A member as the others see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roommate {
    /// The person.
    pub user: User,
    /// Their role here.
    pub role: Role,
}

impl Roommate {
    /// The member with their profile as it is at this time.
    #[must_use]
    pub(crate) fn current_at(self, now: Time) -> Self {
        Self {
            user: self.user.current_at(now),
            ..self
        }
    }
}

/// A room to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoom {
    /// The room, without a message yet.
    pub room: Room,
    /// Its first member, with the role of the owner.
    pub owner: UserId,
}

/// What is to change of a room. `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomChange {
    /// A new name.
    pub name: Option<RoomName>,
    /// A new topic.
    pub topic: Option<Topic>,
}
