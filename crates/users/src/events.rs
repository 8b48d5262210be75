use crate::{SessionId, UserId};

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserEvent {
    /// The session ended: its sockets close with 4500.
    SessionEnded {
        /// Whose it was.
        user: UserId,
        /// The one that ended.
        session: SessionId,
    },
    /// The profile changed: display name, picture, status.
    ProfileChanged {
        /// Whose it is.
        user: UserId,
    },
}

/// Where the service tells what happened, after it is committed.
///
/// Telling is a hint: it never blocks and never fails. Whoever misses it reads the database.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
pub trait UserEvents: Send + Sync {
    /// Tells everyone on this server, and on the other nodes.
    fn publish(&self, event: UserEvent);
}
