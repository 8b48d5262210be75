//! A node ends, and its people come back to the others: each comes at a time of its own, waits
//! for its turn, and tries again when that takes too long, as pages do.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::measured::{COMING_DATABASE, COMING_NODE};
use crate::report::precise;

const SECOND: f64 = 1e6;
/// Whom nobody greeted in this time tries again (`static/js/socket.js`).
const PATIENCE: f64 = 10.0 * SECOND;
/// How long pages wait at most before they try again: twice as long each time, up to a longest.
const FIRST_WAIT: f64 = 0.5 * SECOND;
const LONGEST_WAIT: f64 = 30.0 * SECOND;
/// Over how long a node that ends by itself spreads them.
const SPREAD: f64 = 5.0 * SECOND;

/// How a node ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Its connections break at once.
    Killed,
    /// It tells its people when to come back.
    Asked,
}

/// What is to be survived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Storm {
    /// Of the node that ended.
    pub(super) sockets: usize,
    /// Those that are left.
    pub(super) nodes: usize,
    /// How much of a core each of them has for those who come; PostgreSQL has one.
    pub(super) node: f64,
}

/// When they were back, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Back {
    pub(super) half: f64,
    pub(super) nearly_all: f64,
    pub(super) last: f64,
    /// How often one had to come.
    pub(super) tries: f64,
}

impl Storm {
    /// Plays it, always the same.
    pub(super) fn play(&self, end: End) -> Back {
        let mut chance = StdRng::seed_from_u64(7);
        let first = match end {
            End::Killed => FIRST_WAIT,
            End::Asked => SPREAD,
        };
        let comes = (0..self.sockets).map(|_| Reverse((chance.random_range(0..micros(first)), 0)));
        let mut coming: BinaryHeap<_> = comes.collect();
        let (mut nodes, mut database) = (vec![0.0_f64; self.nodes], 0.0_f64);
        let (mut back, mut tries) = (Vec::with_capacity(self.sockets), 0.0);
        while let Some(Reverse((at, times))) = coming.pop() {
            let came = precise(at);
            tries += 1.0;
            // A load balancer knows nothing of their queues.
            let node = &mut nodes[chance.random_range(0..self.nodes)];
            // Who has left before their turn takes no time.
            if node.max(database) - came <= PATIENCE {
                *node = node.max(came) + COMING_NODE / self.node;
                database = database.max(came) + COMING_DATABASE;
                back.push(node.max(database) / SECOND);
            } else {
                let longest = (FIRST_WAIT * 2_f64.powi(times)).min(LONGEST_WAIT);
                let wait = chance.random_range(0..micros(longest));
                coming.push(Reverse((at + micros(PATIENCE) + wait, times + 1)));
            }
        }
        back.sort_unstable_by(f64::total_cmp);
        let after = |part: usize| back[(back.len() * part / 100).min(back.len() - 1)];
        Back {
            half: after(50),
            nearly_all: after(99),
            last: after(100),
            tries: tries / precise(self.sockets as u64),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a wait is short and not negative"
)]
fn micros(wait: f64) -> u64 {
    wait as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Storm = Storm {
        sockets: 1_000,
        nodes: 4,
        node: 1.0,
    };

    #[test]
    fn few_are_back_as_soon_as_they_come() {
        let killed = IDLE.play(End::Killed);
        assert!((0.2..0.3).contains(&killed.half), "{killed:?}");
        assert!((0.49..0.55).contains(&killed.last), "{killed:?}");
        let asked = IDLE.play(End::Asked);
        assert!((2.3..2.7).contains(&asked.half), "{asked:?}");
        assert_eq!((killed.tries, asked.tries), (1.0, 1.0));
    }

    #[test]
    fn who_has_no_turn_in_time_tries_again_and_all_are_back() {
        let storm = Storm {
            sockets: 300_000,
            nodes: 1,
            ..IDLE
        };
        let back = storm.play(End::Killed);
        let work = 300_000.0 * COMING_NODE.max(COMING_DATABASE) / SECOND;
        assert!(back.tries > 1.5, "{back:?}");
        assert!(
            back.last > 0.99 * work && back.last < 4.0 * work,
            "{back:?}"
        );
    }

    #[test]
    fn a_storm_is_the_same_each_time() {
        assert_eq!(IDLE.play(End::Killed), IDLE.play(End::Killed));
    }
}
