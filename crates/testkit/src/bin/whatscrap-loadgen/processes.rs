//! A run in several processes, each with its share of the rooms.
//!
//! The workers say when everyone of theirs is there, begin together when told
//! to, and report what they counted; histograms are added, not averaged.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::process::Cpu;
use crate::report::Counted;
use crate::swarm::{Faults, Measured};

const READY: &str = "ready";

/// What a worker counted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    seconds: f64,
    cpu: Option<Cpu>,
    sent: u64,
    answered: u64,
    acked: u64,
    delivered: u64,
    ack_time: Vec<(u64, u64)>,
    staying_time: Vec<(u64, u64)>,
    crossing_time: Vec<(u64, u64)>,
    faults: Faults,
}

impl From<&Counted> for Part {
    fn from(counted: &Counted) -> Self {
        let Measured { tally, time } = &counted.measured;
        Self {
            seconds: time.as_secs_f64(),
            cpu: counted.cpu,
            sent: tally.sent,
            answered: tally.answered,
            acked: tally.acked,
            delivered: tally.delivered,
            ack_time: recorded(&tally.ack_time),
            staying_time: recorded(&tally.staying_time),
            crossing_time: recorded(&tally.crossing_time),
            faults: tally.faults.clone(),
        }
    }
}

fn recorded(times: &Histogram<u64>) -> Vec<(u64, u64)> {
    let recorded = times.iter_recorded();
    let counts = recorded.map(|value| (value.value_iterated_to(), value.count_at_value()));
    counts.collect()
}

fn add(times: &mut Histogram<u64>, recorded: Vec<(u64, u64)>) {
    for (value, count) in recorded {
        times.saturating_record_n(value, count);
    }
}

impl Part {
    /// Adds what other processes counted at the same time.
    fn add_to(self, sum: &mut Counted) {
        let Measured { tally, time } = &mut sum.measured;
        *time = (*time).max(Duration::from_secs_f64(self.seconds));
        // Each has measured the whole server.
        sum.cpu = sum.cpu.into_iter().chain(self.cpu).reduce(Cpu::max);
        tally.sent += self.sent;
        tally.answered += self.answered;
        tally.acked += self.acked;
        tally.delivered += self.delivered;
        add(&mut tally.ack_time, self.ack_time);
        add(&mut tally.staying_time, self.staying_time);
        add(&mut tally.crossing_time, self.crossing_time);
        tally.faults.add(&self.faults);
    }
}

/// The worker's side: says that it is ready, and waits until everyone is.
pub(crate) fn wait_for_the_others() -> io::Result<()> {
    println!("{READY}");
    io::stdin().read_line(&mut String::new()).map(drop)
}

/// Runs this program once with each of these arguments, all at the same time.
pub(crate) fn run(arguments: &[Vec<String>]) -> io::Result<Counted> {
    let workers = arguments.iter().map(|arguments| Worker::start(arguments));
    let mut workers = workers.collect::<io::Result<Vec<_>>>()?;
    for worker in &mut workers {
        worker.is_ready()?;
    }
    for worker in &mut workers {
        worker.orders.write_all(b"\n")?;
    }
    let mut sum = Counted::default();
    for worker in workers {
        worker.part()?.add_to(&mut sum);
    }
    Ok(sum)
}

struct Worker {
    process: Child,
    orders: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start(arguments: &[String]) -> io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        Ok(Self {
            orders: process.stdin.take().expect("stdin is piped"),
            output: BufReader::new(process.stdout.take().expect("stdout is piped")),
            process,
        })
    }

    fn is_ready(&mut self) -> io::Result<()> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.trim_end() == READY {
            Ok(())
        } else {
            Err(io::Error::other("a worker ended before its run"))
        }
    }

    fn part(mut self) -> io::Result<Part> {
        let mut text = String::new();
        self.output.read_to_string(&mut text)?;
        self.process.wait()?;
        Ok(serde_json::from_str(&text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_of_several_processes_are_added() {
        let mut counted = Counted::default();
        counted
            .measured
            .tally
            .ack_time
            .saturating_record_n(1_000, 3);
        counted
            .measured
            .tally
            .ack_time
            .saturating_record_n(70_000, 1);
        let cpu = Cpu {
            nodes: 2.0,
            ..Cpu::default()
        };
        counted.cpu = Some(cpu);
        let mut sum = Counted::default();
        for _ in 0..2 {
            Part::from(&counted).add_to(&mut sum);
        }
        let times = &sum.measured.tally.ack_time;
        assert_eq!((times.len(), sum.cpu), (8, Some(cpu)));
        assert_eq!(times.value_at_quantile(0.75), 1_000);
        let expected = counted.measured.tally.ack_time.max();
        assert_eq!(times.max(), expected);
    }
}
