use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use tokio::time::Instant;

/// What a network does to what passes through it, in either direction. The
/// default is fair.
#[derive(Debug, Clone, Default)]
pub struct Weather {
    /// How long everything is under way.
    pub delay: Duration,
    /// By how much that differs at most, up or down.
    pub jitter: Duration,
    /// How long a chunk that stalls holds up those behind it.
    pub stall: Duration,
    /// Which share of the chunks stalls.
    pub stalls: f64,
    /// Which share of the chunks ends its connection with a reset instead.
    pub resets: f64,
    /// Which share of the acks ends its connection with a reset instead.
    pub lost_acks: f64,
    /// How much passes a second, on each connection and each way.
    pub bytes_per_second: Option<u32>,
    /// Whether everything disappears, and nobody is told.
    pub is_black_hole: bool,
    /// Whether every connection is reset, and no other taken in.
    pub is_down: bool,
}

impl Weather {
    /// Nothing passes, and nothing ends.
    pub fn black_hole() -> Self {
        Self {
            is_black_hole: true,
            ..Self::default()
        }
    }

    /// There is no connection at all.
    pub fn down() -> Self {
        Self {
            is_down: true,
            ..Self::default()
        }
    }

    /// When a chunk that came at `now`, behind one that is due at `last`, is due.
    pub(super) fn due(
        &self,
        now: Instant,
        last: Instant,
        bytes: u32,
        chance: &mut StdRng,
    ) -> Instant {
        let span = chance.random_range(0.0..=2.0);
        let on_the_way = (self.delay + self.jitter.mul_f64(span)).saturating_sub(self.jitter);
        let held_up = if chance.random_bool(self.stalls) {
            self.stall
        } else {
            Duration::ZERO
        };
        let squeezed = self.bytes_per_second.map_or(Duration::ZERO, |rate| {
            Duration::from_secs(1).mul_f64(f64::from(bytes) / f64::from(rate))
        });
        last.max(now + on_the_way) + held_up + squeezed
    }
}
