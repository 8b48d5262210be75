use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// So many sockets may be due when more is published.
const FEW: usize = 16;
/// However slow the turns are, publishing goes on after this long.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts the sockets that are due: that have much to take and could take it, but wait for a turn
/// of this server's.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    due: AtomicUsize,
    few: Notify,
}

impl Turns {
    pub(crate) fn one_more(&self) {
        self.due.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn one_less(&self) {
        if self.due.fetch_sub(1, Ordering::Relaxed) == FEW + 1 {
            self.few.notify_waiters();
        }
    }

    /// Waits until few sockets are due.
    pub(crate) async fn few(&self) {
        let few = async {
            loop {
                let notified = self.few.notified();
                if self.due.load(Ordering::Relaxed) <= FEW {
                    return;
                }
                notified.await;
            }
        };
        // Late is no fault: what the sockets cannot take they read from the database.
        let _ = tokio::time::timeout(PATIENCE, few).await;
    }

    #[cfg(test)]
    pub(crate) fn due(&self) -> usize {
        self.due.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn whoever_publishes_waits_until_few_sockets_are_due() {
        let turns = Turns::default();
        for _ in 0..=FEW {
            turns.one_more();
        }
        let mut few = pin!(turns.few());
        assert!(few.as_mut().now_or_never().is_none());
        turns.one_less();
        few.await;
        turns.few().now_or_never().expect("nobody has to wait");
    }

    #[tokio::test(start_paused = true)]
    async fn sockets_that_never_get_a_turn_hold_publishing_up_for_a_second_at_most() {
        let turns = Turns::default();
        for _ in 0..=FEW {
            turns.one_more();
        }
        let start = tokio::time::Instant::now();
        turns.few().await;
        assert_eq!(start.elapsed(), PATIENCE);
    }
}
