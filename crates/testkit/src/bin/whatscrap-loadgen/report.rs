//! What was measured, and what was wrong.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest time told apart, in microseconds: a minute.
const LONGEST: u64 = 60_000_000;

/// Counts of one run, shared by all its members.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) sent: u64,
    /// Acknowledged or refused, also after the time was up.
    pub(crate) answered: u64,
    pub(crate) acked: u64,
    pub(crate) delivered: u64,
    /// From sending to ack, in microseconds.
    pub(crate) ack_time: Histogram<u64>,
    /// From sending to each delivery, in microseconds.
    pub(crate) delivery_time: Histogram<u64>,
    pub(crate) faults: Faults,
}

/// What must not happen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// A change was skipped on a socket.
    pub(crate) gaps: u64,
    /// A change came a second time, or after a later one.
    pub(crate) repeats: u64,
    /// A post was refused.
    pub(crate) errors: u64,
    /// A first post was called a duplicate.
    pub(crate) false_duplicates: u64,
    /// Posts without an answer when time was up.
    pub(crate) unacked: u64,
    /// Members that did not hear all of their room, in the room's order.
    pub(crate) behind: u64,
    /// Sockets that ended early.
    pub(crate) closed: u64,
}

impl Faults {
    pub(crate) fn none(&self) -> bool {
        let Self {
            gaps,
            repeats,
            errors,
            false_duplicates,
            unacked,
            behind,
            closed,
        } = self;
        gaps + repeats + errors + false_duplicates + unacked + behind + closed == 0
    }
}

impl Tally {
    pub(crate) fn new() -> Self {
        let histogram = || Histogram::new_with_max(LONGEST, 3).expect("these bounds are allowed");
        Self {
            sent: 0,
            answered: 0,
            acked: 0,
            delivered: 0,
            ack_time: histogram(),
            delivery_time: histogram(),
            faults: Faults::default(),
        }
    }

    /// Prints what was measured in `time`; `cpu` is what the server's process used.
    pub(crate) fn print(&self, time: Duration, cpu: Option<f64>) {
        let seconds = time.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "rates are read by people")]
        let rate = |count: u64| count as f64 / seconds;
        println!("{:>12.0} deliveries/s", rate(self.delivered));
        println!("{:>12.0} acks/s", rate(self.acked));
        percentiles("delivery", &self.delivery_time);
        percentiles("ack", &self.ack_time);
        if let Some(cpu) = cpu {
            println!(
                "{:>12.2} server CPU seconds per million deliveries",
                cpu * 1e6 / (rate(self.delivered) * seconds)
            );
        }
        println!("{:?}", self.faults);
    }
}

fn percentiles(what: &str, times: &Histogram<u64>) {
    #[expect(clippy::cast_precision_loss, reason = "times are read by people")]
    let at = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
    let (p50, p99, p999) = (at(0.5), at(0.99), at(0.999));
    println!("{what:>12} p50 {p50:.2} ms, p99 {p99:.2} ms, p99.9 {p999:.2} ms");
}
