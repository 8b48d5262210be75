//! The shapes on the wire: what JSON, WebSocket frames and templates are made of.

mod invite;
mod message;
mod push;
mod room;
mod user;

pub use invite::{InviteView, InvitedRoomView};
pub use message::{AttachmentView, AuthorView, MessageView};
pub use push::{DeviceView, NoticeView, OutcomeView};
pub(crate) use push::{rule, why};
pub use room::{RoomView, RoommateView};
pub use user::{PreferencesView, SessionView, UserView};

use chrono::SecondsFormat;
use serde::Serializer;
use whatscrap_kernel::Time;

/// RFC 3339 in UTC with milliseconds, as in `2026-01-02T03:04:05.678Z`.
pub(crate) fn timestamp<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// [`timestamp`], or `null`.
#[expect(clippy::ref_option, reason = "serde passes references")]
pub(crate) fn optional_timestamp<S: Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => timestamp(time, serializer),
        None => serializer.serialize_none(),
    }
}
