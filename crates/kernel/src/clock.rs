use std::sync::Mutex;

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// A moment in UTC, to the millisecond.
pub type Time = DateTime<Utc>;

/// What time it is. The domain never asks the operating system itself, so that tests can.
pub trait Clock: Send + Sync {
    /// The current moment, truncated to milliseconds: what both databases and the wire can hold.
    fn now(&self) -> Time;
}

/// A clock that moves only when told to, for tests.
///
/// ```
/// use chrono::Duration;
/// use whatscrap_kernel::{Clock, ManualClock};
///
/// let clock = ManualClock::default();
/// let before = clock.now();
/// clock.advance(Duration::minutes(5));
/// assert_eq!(clock.now() - before, Duration::minutes(5));
/// ```
#[derive(Debug)]
pub struct ManualClock(Mutex<Time>);

impl ManualClock {
    /// A clock that stands at `time`.
    pub fn at(time: Time) -> Self {
        Self(Mutex::new(time.trunc_subsecs(3)))
    }

    /// Moves the clock by `step`, which may be negative.
    pub fn advance(&self, step: Duration) {
        *self.0.lock().expect("no panic while the clock moves") += step;
    }
}

impl Default for ManualClock {
    /// Stands at 2026-01-02 03:04:05 UTC.
    fn default() -> Self {
        Self::at(DateTime::from_timestamp(1_767_323_045, 0).expect("a valid moment"))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        *self.0.lock().expect("no panic while the clock moves")
    }
}
