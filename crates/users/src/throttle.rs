use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use whatscrap_kernel::Time;

use crate::{SessionId, UserEvent, UserEvents, Username};

/// The wrong tries that are free, within [`WINDOW`].
const FREE: u32 = 10;
/// How long wrong tries count: from the first of the free ones, then from the end of the wait.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// The wait after the last free try; each further one doubles it.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// The longest wait.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// The wait while all free tries are under way.
const ONE_MOMENT: Duration = Duration::from_secs(1);
/// The most accounts and addresses remembered; beyond them the longest unused is forgotten.
const MOST_KEYS: u64 = 100_000;

/// What tries of passwords are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TryKey {
    /// The name of an account, whether or not there is one.
    Account([u8; 32]),
    /// Where tries come from.
    Address(IpAddr),
    /// A session that changes its password, so that strangers' tries do not hinder it.
    Session(SessionId),
}

/// Slows down guessing: few tries at a time, and a growing wait after too many wrong ones.
///
/// A try counts from its begin, so that a flood in parallel gets no more of them than a row.
#[derive(Clone)]
pub(crate) struct Throttle {
    tries: Cache<TryKey, Arc<Mutex<Tries>>>,
    /// Tries on one node count on all.
    events: Arc<dyn UserEvents>,
}

#[derive(Debug, Default)]
struct Tries {
    under_way: u32,
    wrong: u32,
    /// When the next try may begin.
    free_at: Time,
    /// When the wrong ones no longer count.
    forgotten_at: Time,
}

/// A try under way, counted as wrong unless it is told otherwise: also when its task is dropped.
#[must_use]
pub(crate) struct Attempt {
    events: Arc<dyn UserEvents>,
    counts: Vec<(TryKey, Arc<Mutex<Tries>>)>,
    began: Time,
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Wrong,
    Right,
    Unknown,
}

impl TryKey {
    pub(crate) fn account(username: &Username) -> Self {
        Self::Account(crate::secret::hash(username.as_str()))
    }

    /// An IPv6 subscriber has a whole /64, so that is what counts.
    pub(crate) fn address(address: &str) -> Option<Self> {
        let address = match address.parse::<IpAddr>().ok()?.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
            v4 @ IpAddr::V4(_) => v4,
        };
        Some(Self::Address(address))
    }
}

impl Throttle {
    pub(crate) fn new(events: Arc<dyn UserEvents>) -> Self {
        let lru = EvictionPolicy::lru();
        let tries = Cache::builder()
            .max_capacity(MOST_KEYS)
            .eviction_policy(lru)
            .build();
        Self { tries, events }
    }

    /// A try on another node came out so.
    pub(crate) fn hear(&self, key: TryKey, began: Time, wrong: bool) {
        let tries = self.tries.get_with_by_ref(&key, Arc::default);
        let mut tries = lock(&tries);
        if wrong {
            tries.fail(began);
        } else {
            tries.wrong = 0;
        }
    }

    /// Begins a try under all these keys, or says how long to wait.
    pub(crate) fn begin(
        &self,
        keys: impl IntoIterator<Item = TryKey>,
        now: Time,
    ) -> Result<Attempt, Duration> {
        let mut attempt = Attempt {
            events: self.events.clone(),
            counts: Vec::new(),
            began: now,
            outcome: Outcome::Unknown,
        };
        for key in keys {
            let tries = self.tries.get_with_by_ref(&key, Arc::default);
            lock(&tries).begin(now)?;
            attempt.counts.push((key, tries));
        }
        attempt.outcome = Outcome::Wrong;
        Ok(attempt)
    }
}

impl Attempt {
    /// The password was right: the account starts afresh.
    pub(crate) fn was_right(mut self) {
        self.outcome = Outcome::Right;
    }

    /// The password was not compared.
    pub(crate) fn came_to_nothing(mut self) {
        self.outcome = Outcome::Unknown;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        for (key, tries) in &self.counts {
            let mut tries = lock(tries);
            tries.under_way -= 1;
            let wrong = match (self.outcome, key) {
                (Outcome::Wrong, _) => true,
                // One's own account must not wipe out the tries at others from the same address.
                (Outcome::Right, TryKey::Address(_)) | (Outcome::Unknown, _) => continue,
                (Outcome::Right, _) if tries.wrong == 0 => continue,
                (Outcome::Right, _) => false,
            };
            if wrong {
                tries.fail(self.began);
            } else {
                tries.wrong = 0;
            }
            drop(tries);
            let (key, at) = (*key, self.began);
            self.events.publish(UserEvent::Tried { key, at, wrong });
        }
    }
}

impl Tries {
    fn begin(&mut self, now: Time) -> Result<(), Duration> {
        if now < self.free_at {
            return Err((self.free_at - now).to_std().unwrap_or(ONE_MOMENT));
        }
        if now >= self.forgotten_at {
            self.wrong = 0;
        }
        if self.under_way >= FREE.saturating_sub(self.wrong).max(1) {
            return Err(ONE_MOMENT);
        }
        self.under_way += 1;
        Ok(())
    }

    fn fail(&mut self, began: Time) {
        if self.wrong == 0 {
            self.forgotten_at = began + WINDOW;
        }
        self.wrong = self.wrong.saturating_add(1);
        if let Some(further) = self.wrong.checked_sub(FREE) {
            self.free_at = began + LONGEST_WAIT.min(FIRST_WAIT * 2_i32.pow(further.min(10)));
            self.forgotten_at = self.free_at + WINDOW;
        }
    }
}

fn lock(tries: &Mutex<Tries>) -> MutexGuard<'_, Tries> {
    tries.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::testing::RecordingEvents;

    fn ada() -> TryKey {
        TryKey::account(&Username::stored("ada".to_owned()))
    }

    fn minute(minutes: i64) -> Time {
        Time::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn fail(throttle: &Throttle, times: u32, now: Time) {
        for _ in 0..times {
            drop(throttle.begin([ada()], now).expect("free"));
        }
    }

    fn wait(throttle: &Throttle, now: Time) -> Option<u64> {
        match throttle.begin([ada()], now) {
            Ok(attempt) => {
                attempt.came_to_nothing();
                None
            }
            Err(wait) => Some(wait.as_secs()),
        }
    }

    #[test]
    fn ten_wrong_tries_are_free_and_then_the_wait_doubles_up_to_an_hour() {
        let throttle = Throttle::new(Arc::<RecordingEvents>::default());
        fail(&throttle, 10, minute(0));
        assert_eq!(wait(&throttle, minute(0)), Some(60));
        assert_eq!(wait(&throttle, minute(1)), None);
        let mut now = minute(1);
        for minutes in [2, 4, 8, 16, 32, 60, 60] {
            fail(&throttle, 1, now);
            assert_eq!(wait(&throttle, now), Some(minutes * 60));
            now += TimeDelta::minutes(minutes.cast_signed());
        }
    }

    #[test]
    fn wrong_tries_are_forgotten_after_a_quarter_of_an_hour() {
        let throttle = Throttle::new(Arc::<RecordingEvents>::default());
        fail(&throttle, 9, minute(0));
        fail(&throttle, 9, minute(15));
        assert_eq!(wait(&throttle, minute(15)), None);
        fail(&throttle, 1, minute(16));
        assert_eq!(wait(&throttle, minute(16)), Some(60));
        fail(&throttle, 9, minute(17 + 15));
        assert_eq!(wait(&throttle, minute(32)), None);
    }

    #[test]
    fn tries_in_parallel_are_no_more_than_tries_in_a_row() {
        let throttle = Throttle::new(Arc::<RecordingEvents>::default());
        let under_way: Vec<_> = (0..50)
            .flat_map(|_| throttle.begin([ada()], minute(0)))
            .collect();
        assert_eq!(under_way.len(), 10);
        drop(under_way);
        assert_eq!(wait(&throttle, minute(0)), Some(60));
        let after: Vec<_> = (0..50)
            .flat_map(|_| throttle.begin([ada()], minute(1)))
            .collect();
        assert_eq!(after.len(), 1);
    }

    #[test]
    fn a_right_try_clears_the_account_but_not_the_address() {
        let throttle = Throttle::new(Arc::<RecordingEvents>::default());
        let home = || TryKey::address("192.0.2.1").unwrap();
        for _ in 0..9 {
            drop(throttle.begin([home(), ada()], minute(0)));
        }
        throttle
            .begin([home(), ada()], minute(0))
            .ok()
            .unwrap()
            .was_right();
        fail(&throttle, 9, minute(0));
        drop(throttle.begin([home()], minute(0)));
        assert!(throttle.begin([home()], minute(0)).is_err());
    }

    #[test]
    fn a_try_that_one_key_refuses_counts_for_none() {
        let throttle = Throttle::new(Arc::<RecordingEvents>::default());
        let home = || TryKey::address("192.0.2.1").unwrap();
        fail(&throttle, 10, minute(0));
        for _ in 0..50 {
            assert!(throttle.begin([home(), ada()], minute(0)).is_err());
        }
        assert!(throttle.begin([home()], minute(0)).is_ok());
    }

    #[test]
    fn an_address_is_a_whole_ipv6_network_and_an_embedded_ipv4_one() {
        let key = |text| TryKey::address(text);
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_eq!(key("unknown"), None);
    }
}
