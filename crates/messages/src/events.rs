use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_rooms::{RoomEvent, RoomId};
use whatscrap_users::{UserEvent, UserId};

use crate::{Message, Renamed};

/// Everything that a socket may have to be told.
#[derive(Debug, Clone)]
pub enum Event {
    /// What one commit made of a room's messages, or the next part of it; told to every member.
    /// Each is new or changed, and their versions follow one another without a gap.
    Messages(RoomId, Vec<Arc<Message>>),
    /// An edit, which was told, has a message name others than before.
    Renamed(Renamed),
    /// Someone read up to here.
    Read {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
        /// Up to which message.
        seq: u64,
        /// Who hears it beside the reader's own devices.
        others: Vec<UserId>,
    },
    /// Someone types; told to the other members, and gone unless it is told again.
    Typing {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
    },
    /// Where someone is told of messages changed: other devices, or none.
    Devices {
        /// Who.
        user: UserId,
    },
    /// A room or a place in it changed.
    Room(RoomEvent),
    /// An account or a session changed.
    User(UserEvent),
}

/// Carries events to the sockets of every node.
///
/// The events of one room arrive at each socket in the order in which they were published here.
/// Publishing is a hint: it never blocks and never fails, and what is lost on the way is healed
/// from the database by `version`.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Bus: Send + Sync {
    /// Waits, for a second at most, while too many of this node's sockets have not had their turn
    /// to take what was published. Who publishes much waits before each event, so that messages
    /// are not told faster than they can be sent.
    async fn ready(&self) {}

    /// Publishes what has been committed.
    fn publish(&self, event: Event);
}
