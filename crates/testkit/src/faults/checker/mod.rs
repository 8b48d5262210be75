//! The judge: from what was recorded and what is there in the end to counts of
//! every broken promise.
//!
//! | | what must hold | counted as |
//! | --- | --- | --- |
//! | I1 | what was acked is there, where its ack said | `lost` |
//! | I2 | each `client_id` is there once | `duplicates` |
//! | I3 | the places of a room are 1, 2, 3… | `holes` |
//! | I4 | what a reader gets steps up by one | `gaps`, `reorders` |
//! | I5 | all readers have the same message at the same place | `disagreements` |
//! | I6 | one sender's messages of a room stand in the order of saying | `disordered` |
//! | I7 | nothing is there that nobody said, or that was refused for good | `uninvoked`, `revived` |
//! | I8 | every reader has everything, in time after the heal | `stragglers` |
//!
//! **I4** judges what the server *sent*: a jump counts although the client then
//! heals it by `sync`. It supposes a load that only posts, in which places and
//! versions step together.
//!
//! **I6** is strict while nothing goes wrong, for pipelining senders too: posts
//! of one socket commit in the order of its frames. It is loosened by doubt
//! alone. A post is in doubt when `error` with `retry: true` comes for it, or
//! when its connection ends before its answer (which may have been such an
//! error). Those said before its ack may then overtake it: they were on their
//! way when its commit failed, and the server holds nobody's later posts back
//! for an earlier one that may never come again. What is said *after* its ack
//! stands behind it, always. So whoever wants order through every fault has one
//! post under way per room, as the pages do: for them no exception is left.

mod readers;
mod senders;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::time::Duration;

use super::history::{Entry, Kind};
use readers::Readers;
use senders::Posts;

/// A message as a fresh client reads it in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its place.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// The author's name, which is the actor's.
    pub author: String,
    /// The name that its author gave it.
    pub cid: String,
}

/// Everything there is in the end: each room's messages, in the order read.
pub type End = BTreeMap<String, Vec<Row>>;

/// What became of the promises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Posts said.
    pub invoked: u64,
    /// Posts acked.
    pub acked: u64,
    /// I1: acked, and not there where the ack said.
    pub lost: u64,
    /// I2: there more than once.
    pub duplicates: u64,
    /// I3: places that are missing, or taken twice.
    pub holes: u64,
    /// I4: places that a reader was led over.
    pub gaps: u64,
    /// I4: places that a reader was led back to.
    pub reorders: u64,
    /// I5: places at which a reader has another message.
    pub disagreements: u64,
    /// I6: messages that stand before an earlier one of their sender.
    pub disordered: u64,
    /// I7: there, and nobody said it.
    pub uninvoked: u64,
    /// I7: there, and refused for good.
    pub revived: u64,
    /// How often a reader was told to begin anew. No broken promise by itself; but only a database
    /// that was restored is a reason.
    pub resets: u64,
    /// I8: readers that do not have everything, or have it too late.
    pub stragglers: u64,
    /// I8: how long after the heal the last reader had everything.
    pub convergence: Duration,
    /// The first broken promises, in words.
    pub details: Vec<String>,
}

impl Verdict {
    /// How many promises were broken, of any kind.
    pub fn broken(&self) -> u64 {
        self.lost
            + self.duplicates
            + self.holes
            + self.gaps
            + self.reorders
            + self.disagreements
            + self.disordered
            + self.uninvoked
            + self.revived
            + self.stragglers
    }

    fn says(&mut self, count: impl FnOnce(&mut Self) -> &mut u64, what: impl Display) {
        const ENOUGH: usize = 20;
        *count(self) += 1;
        if self.details.len() < ENOUGH {
            self.details.push(what.to_string());
        }
    }
}

/// Judges a history by its end. Readers may take `patience` to have everything,
/// from the last [`Kind::Heal`] on (or from the beginning, if nothing broke).
pub fn check(history: &[Entry], end: &End, patience: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    judge_rooms(end, &mut verdict);
    Posts::of(history).judge(history, end, &mut verdict);
    Readers::of(history, &mut verdict).judge(end, &mut verdict);
    let healed = history.iter().rfind(|entry| entry.kind == Kind::Heal);
    let healed = healed.map_or(0, |entry| entry.mono_ns);
    let settled = Readers::settled(history, end);
    verdict.convergence = Duration::from_nanos(settled.saturating_sub(healed));
    if verdict.convergence > patience {
        let late = format!(
            "the last reader had everything after {:?}",
            verdict.convergence
        );
        verdict.says(|v| &mut v.stragglers, late);
    }
    verdict
}

/// I2 and I3: what can be seen in the end alone.
fn judge_rooms(end: &End, verdict: &mut Verdict) {
    for (room, rows) in end {
        let mut names = BTreeSet::new();
        for (place, row) in (1..).zip(rows) {
            if row.seq != place {
                let hole = format!("{room}: {} stands where {place} should", row.seq);
                verdict.says(|v| &mut v.holes, hole);
            }
            if !names.insert((&row.author, &row.cid)) {
                let twice = format!("{room}: {} of {} again at {}", row.cid, row.author, row.seq);
                verdict.says(|v| &mut v.duplicates, twice);
            }
        }
    }
}

#[cfg(test)]
mod mutants;
#[cfg(test)]
mod tests;
