use whatscrap_kernel::Time;

use crate::{SessionId, TryKey, UserId};

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
    /// Somebody tried a password: how often they may is counted on every node.
    Tried {
        /// What it counts for.
        key: TryKey,
        /// When the try began.
        at: Time,
        /// Whether it was the wrong one. If not, those before it count no more.
        wrong: bool,
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
