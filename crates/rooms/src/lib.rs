//! Rooms, who is in them, and what they may do there.
//!
//! [`Service`] is what callers use; [`Rooms`] is the port that a storage adapter implements;
//! [`RoomEvents`] is where the service tells what changed. Acting in a room takes a [`Member`],
//! which only this crate can make.
#![deny(missing_docs)]

mod cache;
mod direct;
mod events;
mod invites;
mod member;
mod names;
mod ports;
mod rights;
mod room;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use direct::{Direct, DirectError, NewDirect, People};
pub use events::{RoomEvent, RoomEvents};
pub use invites::{
    AcceptError, Accepted, Invitation, Invite, InviteCode, InviteError, InviteTerms, Invites,
    LONGEST_INVITE, MOST_INVITES, MOST_USES, TermsError, USUAL_INVITE,
};
pub use member::{Member, Role};
pub use names::{RoomName, RoomNameError, Topic, TopicError};
pub use ports::{ChangeRoomError, CreateRoomError, JoinError, LeaveError, Membership, Rooms};
pub use rights::{Right, Ruling};
pub use room::{Head, MyRoom, NewRoom, Room, RoomChange, RoomId, RoomKind, Roommate};
pub use service::{AccessError, ActError, Limits, Service};
pub use whatscrap_users::NotificationLevel;
