use std::fmt;
use std::time::Duration;

use whatscrap_rooms::RoomId;

/// What a device is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// The room it is about; none for a test.
    pub room: Option<RoomId>,
    /// The message it opens at.
    pub seq: u64,
    /// How many messages it stands for.
    pub count: u32,
    /// Its first line: no more than the person's privacy allows.
    pub title: String,
    /// What stands below.
    pub body: String,
    /// Rooms that were read elsewhere since the last push: their notifications go.
    pub read: Vec<RoomId>,
    /// For how long it is worth keeping for a device that is away.
    pub ttl: Duration,
    /// Whether it may wake a sleeping device.
    pub urgency: Urgency,
}

/// How much a push matters to a device that saves its battery (RFC 8030 §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It may wait for a better moment.
    Normal,
    /// Someone waits for an answer.
    High,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The push service took it.
    Accepted,
    /// The subscription is no more: it is to be forgotten.
    Gone,
    /// The push service refused it, with this status.
    Refused(u16),
    /// Nobody was reached, after every try, or the endpoint may not be reached.
    Failed(String),
    /// Too many pushes are under way; it was not tried.
    Busy,
}

impl Delivery {
    /// Whether the push service took it.
    pub fn is_accepted(&self) -> bool {
        *self == Self::Accepted
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted => f.write_str("taken by the push service"),
            Self::Gone => f.write_str("the browser has withdrawn its subscription: it was removed"),
            Self::Refused(status) => write!(f, "the push service refused it ({status})"),
            Self::Failed(why) => write!(f, "the push service was not reached: {why}"),
            Self::Busy => f.write_str("too many notifications were under way"),
        }
    }
}
