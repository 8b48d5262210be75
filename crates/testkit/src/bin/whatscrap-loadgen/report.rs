//! What was measured, for people and for programs.

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::process::Cpu;
use crate::swarm::{Faults, Measured};

/// What was counted, and the processor time it took meanwhile, if that was measured.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) measured: Measured,
    pub(crate) cpu: Option<Cpu>,
}

/// What came of posting.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) seconds: f64,
    pub(crate) deliveries_per_second: f64,
    pub(crate) acks_per_second: f64,
    pub(crate) delivery: Milliseconds,
    pub(crate) ack: Milliseconds,
    /// Of the server, its database and what joins its nodes, if they were measured.
    pub(crate) cpu_seconds_per_million_deliveries: Option<f64>,
    pub(crate) faults: Faults,
}

/// How long something took.
#[derive(Debug, Serialize)]
pub(crate) struct Milliseconds {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

impl Milliseconds {
    /// Reads a histogram of microseconds.
    pub(crate) fn of(times: &Histogram<u64>) -> Self {
        let at = |quantile| precise(times.value_at_quantile(quantile)) / 1_000.0;
        Self {
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
            p999: at(0.999),
        }
    }
}

impl Figures {
    /// Sums up a run.
    pub(crate) fn of(counted: &Counted) -> Self {
        let Measured { tally, time } = &counted.measured;
        let seconds = time.as_secs_f64();
        let delivered = precise(tally.delivered);
        Self {
            seconds,
            deliveries_per_second: delivered / seconds,
            acks_per_second: precise(tally.acked) / seconds,
            delivery: Milliseconds::of(&tally.delivery_time()),
            ack: Milliseconds::of(&tally.ack_time),
            cpu_seconds_per_million_deliveries: counted
                .cpu
                .map(|cpu| cpu.total() * 1e6 / delivered),
            faults: tally.faults.clone(),
        }
    }

    pub(crate) fn print(&self) {
        println!("{:>12.0} deliveries/s", self.deliveries_per_second);
        println!("{:>12.0} acks/s", self.acks_per_second);
        for (what, times) in [("delivery", &self.delivery), ("ack", &self.ack)] {
            let Milliseconds { p50, p99, p999, .. } = times;
            println!("{what:>12} p50 {p50:.2} ms, p99 {p99:.2} ms, p99.9 {p999:.2} ms");
        }
        if let Some(cpu) = self.cpu_seconds_per_million_deliveries {
            println!("{cpu:>12.2} server CPU seconds per million deliveries");
        }
        println!("{:?}", self.faults);
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures are read by people")]
pub(crate) fn precise(count: u64) -> f64 {
    count as f64
}
