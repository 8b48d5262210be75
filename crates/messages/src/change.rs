use std::sync::Arc;

use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::{Emoji, Html, Mentions, Message, MessageBody, MessageId, Named, Reaction};

/// What somebody does to a message that is there.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where it is.
    pub room: RoomId,
    /// Which.
    pub message: MessageId,
    /// Who does it.
    pub by: UserId,
    /// When.
    pub at: Time,
    /// Authors edit and delete what they posted since then, or ever.
    pub since: Option<Time>,
    /// What they do.
    pub what: What,
}

/// How a message changes.
#[derive(Debug, Clone)]
pub enum What {
    /// It says something else.
    Edit {
        /// What it says from here on.
        body: MessageBody,
        /// What was made of that; `None`: it is plain text.
        html: Option<Html>,
        /// Whom that names.
        named: Named,
    },
    /// Nothing of it remains but its place.
    Delete,
    /// Somebody reacts to it, or takes that back.
    React {
        /// How.
        emoji: Emoji,
        /// Whether they do, from here on.
        on: bool,
    },
}

/// Why something was not posted or changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Whoever wants it is not in the room.
    #[error("join this room first")]
    NotAMember,
    /// There is no such message in the room.
    #[error("there is no such message here")]
    NotFound,
    /// It is not for them to do.
    #[error("this message is not yours to change")]
    Forbidden,
    /// The message is deleted.
    #[error("this message was deleted")]
    Deleted,
    /// The room is archived.
    #[error("this room is archived: it can be read but not written")]
    Archived,
    /// The message was posted too long ago.
    #[error("this message was posted too long ago to be changed")]
    WindowOver,
    /// The message has as many different reactions as it may have.
    #[error("a message has at most {} different reactions", Reaction::MOST)]
    TooManyReactions,
    /// What a message was to answer is not there.
    #[error("the message that this one answers is not in this room, or was deleted")]
    NoParent,
    /// This author used this `client_id` in this room for another content.
    #[error("this client_id was used for another message")]
    ClientIdReused,
    /// A file is not the author's, is in another message, or is not there.
    #[error("a file is missing, not yours, or sent already: upload it again")]
    Attachments,
    /// The queue of what waits to be saved is full; nothing was done.
    #[error("too many messages are waiting to be saved")]
    Busy,
    /// Unknown outcome: the same may be tried again.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// What a message said before it was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What it said.
    pub body: MessageBody,
    /// Since when it said so.
    pub said_at: Time,
}

/// A message, and what it said before.
#[derive(Debug, Clone)]
pub struct History {
    /// Who posted it.
    pub author: UserId,
    /// What it said before it was edited, the earliest first: the latest [`History::MOST`].
    pub edits: Vec<Edit>,
}

impl History {
    /// The most that is read.
    pub const MOST: u32 = 100;
}

/// An edit has a message name others than before.
#[derive(Debug, Clone)]
pub struct Renamed {
    /// The message, after the edit.
    pub message: Arc<Message>,
    /// Whom it named before.
    pub before: Mentions,
}
