use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_realtime::Presence;
use whatscrap_rooms::{MyRoom, NotificationLevel, Role, Room, RoomKind, Roommate};

use super::UserView;

/// A room, and my place in it if I have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Room)]
pub struct RoomView {
    /// Never changes.
    pub id: Uuid,
    /// What it is called; a direct room by the others in it.
    pub name: String,
    /// `public`, `private` or `direct`.
    pub kind: &'static str,
    /// What it is about, perhaps empty.
    pub topic: String,
    /// The `seq` of its newest message; 0 while there is none.
    pub last_seq: u64,
    /// The number of its latest change.
    pub version: u64,
    /// Up to which message I have read.
    pub read_seq: u64,
    /// Messages after `read_seq` that are not mine and not deleted.
    pub unread: u64,
    /// Those of them that name me.
    pub mentions: u64,
    /// `owner`, `moderator` or `member`; `null` if I am not in.
    pub role: Option<&'static str>,
    /// What I want to be told of: `all`, `mentions` or `nothing`.
    pub notifications: &'static str,
    /// Whether I chose that for this room; else it is what I want of every room.
    pub notifications_chosen: bool,
    /// The others in a direct room, by username; nobody in other rooms.
    pub people: Vec<UserView>,
    /// When it was archived: it can be read but not written.
    #[serde(serialize_with = "super::optional_timestamp")]
    #[schema(value_type = String)]
    pub archived_at: Option<Time>,
}

impl From<Room> for RoomView {
    /// The room as one sees it who is not in.
    fn from(room: Room) -> Self {
        Self {
            id: room.id.0,
            name: room.name.as_str().to_owned(),
            kind: kind(room.kind),
            topic: room.topic.as_str().to_owned(),
            last_seq: room.last_seq,
            version: room.version,
            read_seq: 0,
            unread: 0,
            mentions: 0,
            role: None,
            notifications: level(NotificationLevel::default()),
            notifications_chosen: false,
            people: Vec::new(),
            archived_at: room.archived_at,
        }
    }
}

impl From<MyRoom> for RoomView {
    fn from(mine: MyRoom) -> Self {
        Self {
            name: mine.name().into_owned(),
            people: mine.others.iter().map(UserView::from).collect(),
            read_seq: mine.read_seq,
            unread: mine.unread,
            mentions: mine.mentions,
            role: Some(role(mine.role)),
            notifications: level(mine.notifications),
            notifications_chosen: mine.notifications_chosen,
            ..Self::from(mine.room)
        }
    }
}

/// One of a room's members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct RoommateView {
    /// The person.
    pub user: UserView,
    /// `owner`, `moderator` or `member`.
    pub role: &'static str,
    /// `active`, `away` or `offline`.
    pub presence: &'static str,
    /// Up to which message they have read, if they show it and I do, in rooms up to 20 members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_seq: Option<u64>,
}

impl RoommateView {
    /// A member, and how they are seen.
    pub fn new(roommate: &Roommate, presence: Presence) -> Self {
        Self {
            user: UserView::from(&roommate.user),
            role: role(roommate.role),
            presence: presence.word(),
            read_seq: None,
        }
    }
}

pub(super) const fn kind(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Public => "public",
        RoomKind::Private => "private",
        RoomKind::Direct => "direct",
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Moderator => "moderator",
        Role::Member => "member",
    }
}

const fn level(level: NotificationLevel) -> &'static str {
    match level {
        NotificationLevel::All => "all",
        NotificationLevel::Mentions => "mentions",
        NotificationLevel::Nothing => "nothing",
    }
}
