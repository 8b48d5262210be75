use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page, Time};
use whatscrap_users::UserId;

use crate::{
    Direct, DirectError, Head, MyRoom, NewDirect, NewRoom, NotificationLevel, People, Role, Room,
    RoomChange, RoomId, RoomKind, RoomName, Roommate,
};

/// Why a room was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateRoomError {
    /// A public room has this name, whatever its case.
    #[error("a public room has this name")]
    NameTaken,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why a room was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRoomError {
    /// There is no such room.
    #[error("there is no such room")]
    NotFound,
    /// A public room has this name, whatever its case.
    #[error("a public room has this name")]
    NameTaken,
    /// The room is archived.
    #[error("this room is archived")]
    Archived,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why a person did not get in.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is no such room, or no such person.
    #[error("there is no such room")]
    NotFound,
    /// The room is archived.
    #[error("this room is archived")]
    Archived,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why a person did not get out, or out of a role.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// They are the only owner, and others stay: someone must own the room.
    #[error("hand the room over first: its last owner cannot leave while others stay")]
    LastOwner,
    /// They are not in.
    #[error("not a member of this room")]
    NotAMember,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// What a room is to a person: enough to decide what they may know and do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The kind of the room, which exists.
    pub kind: RoomKind,
    /// Their role, if they are in.
    pub role: Option<Role>,
}

/// The rooms and their members.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Rooms: Send + Sync {
    /// Makes a room with its owner as its first member. Among public rooms, archived ones
    /// included, [`RoomName::key`](crate::RoomName::key) is unique; private ones share freely.
    async fn create(&self, room: &NewRoom) -> Result<(), CreateRoomError>;

    /// The one room of these people, with everyone a member; made if they have none. However many
    /// ask at once, on however many nodes, one room is made and one of them is told that it is new.
    async fn direct(&self, new: &NewDirect) -> Result<Direct, DirectError>;

    /// The one room of these people, if it is made.
    async fn find_direct(&self, people: &People) -> Result<Option<RoomId>, BackendError>;

    /// The room with this id.
    async fn find(&self, room: RoomId) -> Result<Option<Room>, BackendError>;

    /// What this room is to this person; `None` if there is no such room.
    async fn membership(
        &self,
        room: RoomId,
        user: UserId,
    ) -> Result<Option<Membership>, BackendError>;

    /// Who of these people are in the room, in no order.
    async fn inside(&self, room: RoomId, users: &[UserId]) -> Result<Vec<UserId>, BackendError>;

    /// A room and this person's place in it; `None` if they are not in.
    async fn mine(&self, room: RoomId, user: UserId) -> Result<Option<MyRoom>, BackendError>;

    /// Every room this person is in and their place there, by [`MyRoom::order`].
    async fn all_mine(&self, user: UserId) -> Result<Vec<MyRoom>, BackendError>;

    /// Where every room of this person stands, in no order.
    async fn heads(&self, user: UserId) -> Result<Vec<Head>, BackendError>;

    /// How far these rooms have come, in no order; nothing of a room that is not there.
    async fn versions(&self, rooms: &[RoomId]) -> Result<Vec<(RoomId, u64)>, BackendError>;

    /// Who of these people is in which room, every room of each, in no order.
    async fn places(&self, users: &[UserId]) -> Result<Vec<(UserId, RoomId)>, BackendError>;

    /// Public rooms that are not archived and that this person is not in, by name (folded), those
    /// after the name `after`.
    async fn joinable<'a>(
        &self,
        user: UserId,
        after: Option<&'a RoomName>,
        limit: u32,
    ) -> Result<Page<Room>, BackendError>;

    /// Brings a person in with this role; who is in already keeps their role and is not counted
    /// as new. Their `read_seq` starts at the room's `last_seq`. Returns whether they are new.
    async fn join(
        &self,
        room: RoomId,
        user: UserId,
        role: Role,
        now: Time,
    ) -> Result<bool, JoinError>;

    /// Puts a person out. The only owner stays as long as others do.
    async fn leave(&self, room: RoomId, user: UserId) -> Result<(), LeaveError>;

    /// Gives a member another role. The only owner keeps theirs, also when nobody else is in.
    async fn set_role(&self, room: RoomId, user: UserId, role: Role) -> Result<(), LeaveError>;

    /// What a member wants to be told of, `None`: as of every room. Nothing if they are not in.
    async fn set_notifications(
        &self,
        room: RoomId,
        user: UserId,
        level: Option<NotificationLevel>,
    ) -> Result<(), BackendError>;

    /// The members, by username, those after the member `after`.
    async fn members(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Page<Roommate>, BackendError>;

    /// The members whose username or display name begins so, whatever its case, by username.
    async fn members_called(
        &self,
        room: RoomId,
        prefix: &str,
        limit: u32,
    ) -> Result<Vec<Roommate>, BackendError>;

    /// How many are in, counted up to `most`.
    async fn size(&self, room: RoomId, most: u32) -> Result<u32, BackendError>;

    /// Changes name and topic, and returns the room as it is then.
    async fn change(&self, room: RoomId, change: &RoomChange) -> Result<Room, ChangeRoomError>;

    /// Archives a room; one that is archived stays so, with its first time. Returns whether this
    /// call did it.
    async fn archive(&self, room: RoomId, now: Time) -> Result<bool, ChangeRoomError>;
}
