//! Messages, their order, and the events that carry them.
//!
//! [`Service`] is what callers use; [`Messages`] is the port that a storage adapter implements;
//! [`Bus`] is where every committed change goes, and [`Carrier`] what it takes to other nodes;
//! [`Attention`] tells who is there to see it.
#![deny(missing_docs)]

pub mod attachments;
mod body;
mod carrier;
mod change;
mod client_id;
mod events;
mod markup;
pub mod mentions;
mod message;
pub mod notify;
mod ports;
mod reaction;
pub mod search;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use attachments::{Attachments, Files};
pub use body::{BodyError, MessageBody};
pub use carrier::{Carrier, Channel, Heard, Word};
pub use change::{Change, ChangeError, Edit, History, Renamed, What};
pub use client_id::{ClientId, ClientIdError};
pub use events::{Bus, Event};
pub use mentions::{Mentions, Named};
pub use message::{Attachment, AttachmentId, Html, Message, MessageId, Quote};
pub use ports::{
    Attention, Changes, ContentHash, Messages, NewMessage, PageAt, Posted, ReadMark, ReadMoved,
    SMALL_ROOM, Seen, TYPING_ROOM,
};
pub use reaction::{Emoji, EmojiError, Reaction};
pub use service::{ChangeRefusal, Draft, DraftError, HistoryError, Limits, Service};
