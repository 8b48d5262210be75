//! A scenario's outcome, as a row of `docs/reliability.md`.

use std::fmt;
use std::time::Duration;

use super::checker::{End, Verdict, check};
use super::history::Entry;
use super::supervisor::recovery;

/// What became of one fault under one load.
#[derive(Debug, Clone)]
pub struct Report {
    /// Which fault, as `R1: kill -9 × 50`.
    pub fault: String,
    /// Under which load.
    pub load: String,
    /// From which seed.
    pub seed: u64,
    /// What became of the promises.
    pub verdict: Verdict,
    /// The longest time from a mending to the next ack.
    pub recovery: Option<Duration>,
    /// The most memory that the server held, in MiB.
    pub peak_mib: u64,
    /// What else the scenario expected in vain.
    pub disappointments: Vec<String>,
}

impl Report {
    /// Judges what was recorded by what is there in the end.
    pub fn of(
        fault: &str,
        load: &super::Load,
        entries: &[Entry],
        end: &End,
        peak_mib: u64,
    ) -> Self {
        const PATIENCE: Duration = Duration::from_secs(30);
        Self {
            fault: fault.to_owned(),
            load: load.to_string(),
            seed: load.seed,
            verdict: check(entries, end, PATIENCE),
            recovery: recovery(entries),
            peak_mib,
            disappointments: Vec::new(),
        }
    }

    /// Whether every promise was kept and every expectation met.
    pub fn is_sound(&self) -> bool {
        self.verdict.broken() == 0 && self.disappointments.is_empty()
    }

    /// Whether it is a control, which has to lose.
    pub fn is_control(&self) -> bool {
        self.fault.contains("control")
    }

    /// # Panics
    /// With the first broken promises, unless [`Report::is_sound`].
    #[track_caller]
    pub fn assert_sound(&self) {
        assert!(
            self.is_sound(),
            "{self}\n{:#?}\n{:#?}",
            self.verdict,
            self.disappointments
        );
    }
}

/// The head of the table that reports are rows of.
pub fn heading() -> &'static str {
    "| fault | load | said | acked | lost | duplicates | holes, gaps, reorders | disagreements, \
     disordered | resets | recovery s | convergence s | peak MiB | seed |\n\
     | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |"
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            fault,
            load,
            seed,
            verdict: v,
            recovery,
            peak_mib,
            ..
        } = self;
        let recovery = recovery.map_or("–".to_owned(), |time| {
            format!("{:.2}", time.as_secs_f64())
        });
        write!(
            f,
            "| {fault} | {load} | {} | {} | {} | {} | {}, {}, {} | {}, {} | {} | {recovery} | {:.2} | \
             {peak_mib} | {seed} |",
            v.invoked,
            v.acked,
            v.lost,
            v.duplicates,
            v.holes,
            v.gaps,
            v.reorders,
            v.disagreements,
            v.disordered,
            v.resets,
            v.convergence.as_secs_f64(),
        )
    }
}
