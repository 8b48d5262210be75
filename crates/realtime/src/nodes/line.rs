use std::collections::BTreeMap;

use crate::Frames;

/// How many runs wait for what is missing before them.
const MOST_HELD: usize = 32;

/// Changes of one room on their way to this node's sockets, in the order of their versions,
/// whichever node they come from.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Up to where the sockets have been told; `None` as long as nobody has looked.
    told: Option<u64>,
    /// Up to where the room is known to have come.
    seen: u64,
    /// Runs that lack what is before them, by their first version.
    held: BTreeMap<u64, Frames>,
}

impl Line {
    /// Takes a run, in whatever order, and gives those that follow.
    pub(super) fn take(&mut self, first: u64, frames: Frames) -> Vec<(u64, Frames)> {
        self.sees(first + frames.count() as u64 - 1);
        let Some(told) = self.told else {
            return vec![(first, frames)];
        };
        if first > told + 1 {
            if self.held.len() < MOST_HELD {
                self.held.insert(first, frames);
            }
            return Vec::new();
        }
        let mut next = self.follow(first, frames);
        next.extend(self.release());
        next
    }

    /// The room has come so far, but what happened was not said.
    pub(super) fn sees(&mut self, version: u64) {
        self.seen = self.seen.max(version);
    }

    /// Where to read from, if something is missing.
    pub(super) fn gap(&self) -> Option<u64> {
        self.told.filter(|told| *told < self.seen)
    }

    pub(super) fn has_gap(&self) -> bool {
        self.gap().is_some()
    }

    /// Whether anybody has looked how far the room has come.
    pub(super) fn is_placed(&self) -> bool {
        self.told.is_some()
    }

    /// Takes what was read, which may skip versions and may be known in part, up to `version`.
    pub(super) fn heal(
        &mut self,
        runs: impl IntoIterator<Item = (u64, Frames)>,
        version: u64,
    ) -> Vec<(u64, Frames)> {
        let told = self.told.unwrap_or_default();
        let read = runs.into_iter().filter_map(|(first, frames)| {
            let known = usize::try_from((told + 1).saturating_sub(first)).unwrap_or(usize::MAX);
            let new = frames.skip(known);
            (!new.is_empty()).then_some((first.max(told + 1), new))
        });
        let mut next: Vec<_> = read.collect();
        self.skip_to(version);
        next.extend(self.release());
        next
    }

    /// The sockets have been told up to here, or that they are to read up to here.
    pub(super) fn skip_to(&mut self, version: u64) -> u64 {
        // What passed before anybody looked, the sockets have.
        let told = self.told.unwrap_or(self.seen).max(version);
        self.told = Some(told);
        self.sees(version);
        told
    }

    /// The sockets are to read by themselves whatever is missing: up to where, if anything is.
    pub(super) fn skip_all(&mut self) -> Option<u64> {
        self.gap()?;
        self.held.clear();
        self.told = Some(self.seen);
        self.told
    }

    /// Nothing is known any more: the database was another.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn follow(&mut self, first: u64, frames: Frames) -> Vec<(u64, Frames)> {
        let told = self.told.unwrap_or_default();
        let known = usize::try_from(told + 1 - first).unwrap_or(usize::MAX);
        let new = frames.skip(known);
        if new.is_empty() {
            return Vec::new();
        }
        self.told = Some(told + new.count() as u64);
        vec![(told + 1, new)]
    }

    /// What was held and now follows.
    fn release(&mut self) -> Vec<(u64, Frames)> {
        let mut next = Vec::new();
        while let Some(entry) = self.held.first_entry()
            && *entry.key() <= self.told.unwrap_or_default() + 1
        {
            let (first, frames) = entry.remove_entry();
            next.extend(self.follow(first, frames));
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(texts: &[&str]) -> Frames {
        Frames::of(texts, |text, bytes| bytes.extend(text.as_bytes()))
    }

    fn at(version: u64) -> Line {
        let mut line = Line::default();
        line.skip_to(version);
        line
    }

    #[test]
    fn before_anybody_looked_everything_passes() {
        let mut line = Line::default();
        assert_eq!(line.take(7, run(&["7"])), [(7, run(&["7"]))]);
        assert_eq!(line.skip_to(6), 7);
        assert_eq!(line.take(8, run(&["8"])).len(), 1);
        assert!(!line.has_gap());
    }

    #[test]
    fn what_comes_too_early_waits_for_what_is_before_it() {
        let mut line = at(3);
        assert_eq!(line.take(6, run(&["6"])), []);
        assert_eq!(line.take(5, run(&["5"])), []);
        assert_eq!(line.gap(), Some(3));
        let next = line.take(4, run(&["4"]));
        let texts: Vec<_> = next.iter().map(|(at, run)| (*at, run.bytes())).collect();
        assert_eq!(texts, [(4, "4".into()), (5, "5".into()), (6, "6".into())]);
        assert!(!line.has_gap());
    }

    #[test]
    fn what_was_told_is_not_told_again() {
        let mut line = at(3);
        assert_eq!(line.take(2, run(&["2", "3"])), []);
        let next = line.take(3, run(&["3", "4"]));
        assert_eq!((next[0].0, next[0].1.bytes()), (4, "4".into()));
        assert_eq!(line.take(4, run(&["4"])), []);
    }

    #[test]
    fn what_was_read_fills_the_gap_and_what_was_held_follows() {
        let mut line = at(3);
        assert_eq!(line.take(8, run(&["8"])), []);
        assert_eq!(line.take(4, run(&["4"])).len(), 1);
        let read = [(4, run(&["4", "5"])), (7, run(&["7"]))];
        let next = line.heal(read, 7);
        let texts: Vec<_> = next.iter().map(|(at, run)| (*at, run.bytes())).collect();
        assert_eq!(texts, [(5, "5".into()), (7, "7".into()), (8, "8".into())]);
        assert!(!line.has_gap());
    }

    #[test]
    fn a_room_that_came_further_unsaid_has_a_gap() {
        let mut line = at(3);
        line.sees(5);
        assert_eq!(line.gap(), Some(3));
        line.skip_to(5);
        assert!(!line.has_gap());
    }

    #[test]
    fn more_than_can_wait_is_read() {
        let mut line = at(0);
        for version in 2..100 {
            assert_eq!(line.take(version, run(&["x"])), []);
        }
        assert_eq!(line.held.len(), MOST_HELD);
        assert_eq!(line.take(1, run(&["x"])).len(), MOST_HELD + 1);
        assert_eq!(line.gap(), Some(MOST_HELD as u64 + 1));
    }
}
