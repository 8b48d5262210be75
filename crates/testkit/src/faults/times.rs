use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

/// Microseconds beyond which nothing is told apart: a minute.
const MOST: u64 = 60_000_000;

/// How long something took, each time.
#[derive(Debug, Clone)]
pub(super) struct Times(Histogram<u64>);

impl Times {
    /// None yet.
    pub(super) fn new() -> Self {
        let bounds = Histogram::new_with_bounds(1, MOST, 3);
        Self(bounds.expect("the bounds are in order"))
    }

    /// Adds one.
    pub(super) fn record(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_record(micros);
    }

    /// Adds all of others'.
    pub(super) fn add(&mut self, others: &Self) {
        self.0.add(&others.0).expect("both have the same bounds");
    }

    /// All but one in a hundred took no longer.
    pub(super) fn p99(&self) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(0.99))
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.0.len()
    }
}

impl Default for Times {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |share| {
            let time = Duration::from_micros(self.0.value_at_quantile(share));
            time.as_secs_f64() * 1e3
        };
        write!(f, "{:.1} / {:.1} ms", millis(0.5), millis(0.99))
    }
}
