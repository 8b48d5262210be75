use whatscrap_kernel::Time;
use whatscrap_rooms::RoomId;
use whatscrap_users::User;

use crate::{ClientId, Mentions, MessageBody};

whatscrap_kernel::ids! {
    /// Names a message, for ever.
    MessageId
}

/// A message as it stands after its latest change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Never changes.
    pub id: MessageId,
    /// Where it was said.
    pub room: RoomId,
    /// Its position in the room: 1, 2, 3… without holes. Never changes.
    pub seq: u64,
    /// The number of its latest change among all changes of the room.
    pub version: u64,
    /// What its author's client called it.
    pub client_id: ClientId,
    /// Who said it, as their profile stands now.
    pub author: User,
    /// What it says.
    pub body: MessageBody,
    /// Whom it names.
    pub mentions: Mentions,
    /// When it was committed, nearly.
    pub created_at: Time,
}
