use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page, Time};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::{
    AttachmentId, Change, ChangeError, ClientId, History, Html, Message, MessageBody, MessageId,
    Named,
};

/// The SHA-256 of what a message held when it was first posted, by which a retry is known: of its
/// body alone, if that was all.
pub type ContentHash = [u8; 32];

/// A message to be posted.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id, if it is new.
    pub id: MessageId,
    /// Where.
    pub room: RoomId,
    /// By whom.
    pub author: UserId,
    /// What the client calls it.
    pub client_id: ClientId,
    /// What it says.
    pub body: MessageBody,
    /// What markup made of the body; `None` if that is plain text.
    pub html: Option<Html>,
    /// Whom that names.
    pub named: Named,
    /// What it answers.
    pub reply_to: Option<MessageId>,
    /// What it carries.
    pub attachments: Vec<AttachmentId>,
    /// What a retry must match.
    pub content: ContentHash,
    /// When.
    pub created_at: Time,
}

/// A post that is committed.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The message as it stands now.
    pub message: Arc<Message>,
    /// The `version` it had when it was first posted.
    pub version: u64,
    /// Whether it had been posted before and this is the first result again.
    pub duplicate: bool,
}

/// Which page of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageAt {
    /// The newest messages.
    Newest,
    /// Those before this position, the nearest.
    Before(u64),
    /// Those after this position, the nearest.
    After(u64),
    /// Those around this position, its message included where there is one.
    Around(u64),
}

/// What changed in a room after a version.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Each changed message once, as it stands, by `version`.
    pub messages: Vec<Message>,
    /// The cursor: everything up to this version is in `messages` or was there before.
    pub version: u64,
    /// Whether there are changes after the cursor already.
    pub more: bool,
}

/// How a read pointer moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadMark {
    /// To this position, but never backwards.
    Forward(u64),
    /// To exactly this position: "mark unread from here".
    Exactly(u64),
}

/// Where a read pointer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadMoved {
    /// The position, never past the room's newest message.
    pub seq: u64,
    /// Whether it moved.
    pub moved: bool,
    /// Whether the room has at most [`SMALL_ROOM`] members.
    pub is_small: bool,
}

/// Up to where a member has read, as the others may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub user: UserId,
    /// Up to which message.
    pub seq: u64,
}

/// In rooms of up to this many members, the others hear how far one has read.
pub const SMALL_ROOM: u64 = 20;

/// In rooms of more members, nobody is told who types.
pub const TYPING_ROOM: u32 = 100;

/// The messages of every room.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Messages: Send + Sync {
    /// Posts a message: takes the room's next `seq` and `version`, stores the row, and moves the
    /// author's read pointer to it, all in one transaction.
    ///
    /// What must hold:
    /// - **Exactly once**: the same author, room and `client_id` is one message for ever, on every
    ///   node. A retry gets [`Posted::duplicate`] and takes no `seq`; another content is
    ///   [`ChangeError::ClientIdReused`].
    /// - **Dense**: `seq` and `version` of a room run 1, 2, 3…, whatever fails in between.
    /// - **Durable before told**: the answer, and [`Bus::publish`](crate::Bus::publish), come after
    ///   the commit. The adapter itself publishes each new message, in the order of `version`, at
    ///   most 64 of a room at a time, and also when the caller has gone away. The answer does not
    ///   wait for it. It does so once; but a retry publishes what may never have been, since its
    ///   first outcome was unknown.
    /// - **In order**: two calls that are first polled one after the other by one task are
    ///   committed in that order. A call does not wait before it stands in the queue: a full queue
    ///   is [`ChangeError::Busy`] at once.
    /// - **Named**: of those whom it names, [`Message::mentions`] holds the members of the room, as
    ///   they are in that transaction. They, but not the author, have one more among
    ///   [`MyRoom::mentions`](whatscrap_rooms::MyRoom::mentions) until they have read it; of `@room`
    ///   every member has, without a row for each.
    /// - **Files are sent once**: the author's own, confirmed and unused, or
    ///   [`ChangeError::Attachments`]. Of many posts that carry the same one, one has it.
    /// - Posts may share a transaction; one that is refused never fails another.
    /// - **Answering**: what it answers is a message of the room that is not deleted, else it is
    ///   [`ChangeError::NoParent`].
    async fn post(&self, message: NewMessage) -> Result<Posted, ChangeError>;

    /// Edits, deletes or reacts: takes the room's next `version` and stores what the message has
    /// become, all in one transaction. The message, as it stands then.
    ///
    /// It stands in the same queue as [`Messages::post`], and what holds there of order, density,
    /// durability and telling holds here. And:
    /// - **By right**: who may is asked of [`Right`](whatscrap_rooms::Right), as places and roles
    ///   are in that transaction. Authors may as long as [`Change::since`] lets them.
    /// - **Once**: what changes nothing takes no version and tells nobody, and is a success, also
    ///   where the change itself would come too late.
    /// - **Edited**: whom the message named and no longer does has it no more among their
    ///   mentions, and whom it names now has, unless they have read it. Both are told apart as
    ///   [`Event::Renamed`](crate::Event::Renamed). What it said before is kept.
    /// - **Deleted**: body, html, mentions, files, reactions and all that it said before are gone.
    ///   What was posted is still known: a retry of the post is a duplicate.
    /// - **Reacted**: someone reacts so once, however often they say it. Counts are exact.
    async fn change(&self, change: Change) -> Result<Arc<Message>, ChangeError>;

    /// What a message said before it was edited; `None` if there is no such message in the room.
    async fn history(
        &self,
        room: RoomId,
        message: MessageId,
    ) -> Result<Option<History>, BackendError>;

    /// A page of a room, in `seq` order, at most `limit` long. Of [`PageAt::Around`] about half
    /// lies before the centre.
    async fn page(
        &self,
        room: RoomId,
        at: PageAt,
        limit: u32,
    ) -> Result<Page<Message>, BackendError>;

    /// What changed in a room after `after`: every message whose latest change is later, at most
    /// `limit`, by `version`. `None` if the room's version is below `after`: the caller holds the
    /// state of another database.
    async fn changes(
        &self,
        room: RoomId,
        after: u64,
        limit: u32,
    ) -> Result<Option<Changes>, BackendError>;

    /// Moves a member's read pointer; `None` if they are not in the room.
    async fn mark_read(
        &self,
        room: RoomId,
        user: UserId,
        mark: ReadMark,
    ) -> Result<Option<ReadMoved>, BackendError>;

    /// Up to where the members of a room have read, of those who show it
    /// ([`Preferences::receipts`](whatscrap_users::Preferences::receipts)); of nobody in a room of
    /// more than [`SMALL_ROOM`] members.
    async fn seen(&self, room: RoomId) -> Result<Vec<Seen>, BackendError>;

    /// What others said that counts, or counted, among someone's mentions, in rooms they are in now;
    /// the newest first, by id, those before `before`. What is deleted is not among it.
    async fn mentions(
        &self,
        user: UserId,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Page<Message>, BackendError>;

    /// Names this database's history: another value means that cursors from before are void,
    /// because the database was restored from an older copy or replaced.
    async fn epoch(&self) -> Result<String, BackendError>;
}

/// Who is there, and what they look at.
///
/// It is known from the sockets, not from the database: asked a moment later it may say
/// otherwise, and nothing is wrong then.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
pub trait Attention: Send + Sync {
    /// Whether this person is there, active or away, on any device. One whose last connection
    /// ended a moment ago still is: a reloaded page comes back.
    fn is_online(&self, user: UserId) -> bool;

    /// Whether this person looks at this room on some device: it is in sight, focused, and was
    /// touched within the last minute. A tab that is only open does not look.
    fn looks_at(&self, user: UserId, room: RoomId) -> bool;
}
