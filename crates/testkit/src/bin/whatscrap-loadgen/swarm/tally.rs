//! What a swarm has counted, and what was wrong.

use std::fmt;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The longest time told apart, in microseconds: a minute.
const LONGEST: u64 = 60_000_000;

/// Counts of one run, shared by all its sockets.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) sent: u64,
    /// Acknowledged or refused.
    pub(crate) answered: u64,
    pub(crate) acked: u64,
    pub(crate) delivered: u64,
    /// From sending to ack, in microseconds.
    pub(crate) ack_time: Histogram<u64>,
    /// From sending to delivery on the node it was sent to, in microseconds.
    pub(crate) staying_time: Histogram<u64>,
    /// The same on other nodes.
    pub(crate) crossing_time: Histogram<u64>,
    pub(crate) faults: Faults,
}

impl Tally {
    /// From sending to delivery, on any node.
    pub(crate) fn delivery_time(&self) -> Histogram<u64> {
        let mut times = self.staying_time.clone();
        times += &self.crossing_time;
        times
    }
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            sent: 0,
            answered: 0,
            acked: 0,
            delivered: 0,
            ack_time: times(),
            staying_time: times(),
            crossing_time: times(),
            faults: Faults::default(),
        }
    }
}

/// A histogram of times in microseconds.
pub(crate) fn times() -> Histogram<u64> {
    Histogram::new_with_max(LONGEST, 3).expect("these bounds are allowed")
}

/// What must not happen.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Faults {
    /// A change was skipped on a socket.
    pub(crate) gaps: u64,
    /// A change came a second time, or after a later one.
    pub(crate) repeats: u64,
    /// A change of a room that is not the socket's.
    pub(crate) foreign: u64,
    /// A post was refused.
    pub(crate) errors: u64,
    /// A first post was called a duplicate.
    pub(crate) false_duplicates: u64,
    /// Posts without an answer when time was up.
    pub(crate) unacked: u64,
    /// Places where a socket had not heard all of the room when time was up.
    pub(crate) behind: u64,
    /// Rooms that moved on by another number of changes than posts were acked.
    pub(crate) miscounted: u64,
    /// Sockets that were refused, or ended early.
    pub(crate) closed: u64,
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.none() {
            f.write_str("0")
        } else {
            write!(f, "{self:?}")
        }
    }
}

impl Faults {
    pub(crate) fn none(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.gaps += other.gaps;
        self.repeats += other.repeats;
        self.foreign += other.foreign;
        self.errors += other.errors;
        self.false_duplicates += other.false_duplicates;
        self.unacked += other.unacked;
        self.behind += other.behind;
        self.miscounted += other.miscounted;
        self.closed += other.closed;
    }
}
