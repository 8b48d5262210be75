use whatscrap_messages::{Change, Named, NewMessage, What};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

/// What stands in line: everything that moves a room's `version`.
#[derive(Debug)]
pub(crate) enum Task {
    Post(NewMessage),
    Change(Change),
}

impl Task {
    /// Where it happens.
    pub(super) fn room(&self) -> RoomId {
        match self {
            Self::Post(post) => post.room,
            Self::Change(change) => change.room,
        }
    }

    /// Who does it.
    pub(super) fn by(&self) -> UserId {
        match self {
            Self::Post(post) => post.author,
            Self::Change(change) => change.by,
        }
    }

    /// Whom it names.
    pub(super) fn named(&self) -> Option<&Named> {
        match self {
            Self::Post(NewMessage { named, .. })
            | Self::Change(Change {
                what: What::Edit { named, .. },
                ..
            }) => Some(named),
            Self::Change(_) => None,
        }
    }

    pub(super) fn post(&self) -> Option<&NewMessage> {
        match self {
            Self::Post(post) => Some(post),
            Self::Change(_) => None,
        }
    }

    pub(super) fn change(&self) -> Option<&Change> {
        match self {
            Self::Post(_) => None,
            Self::Change(change) => Some(change),
        }
    }
}
