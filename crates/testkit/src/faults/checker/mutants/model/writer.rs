//! From the line to the disk, and from there to everybody.

use super::{Fault, Group, Post, Server, Stage};
use crate::faults::checker::Row;

impl Server {
    pub(super) fn write(&mut self, lane: usize, refuse: bool) {
        self.lanes[lane] = match std::mem::take(&mut self.lanes[lane]) {
            Stage::Idle => Stage::Decided(self.decide(lane)),
            Stage::Decided(group) if refuse => {
                if !self.is(Fault::AcksBeforeCommit) {
                    for (post, ..) in &group {
                        self.refuse(post, true);
                    }
                }
                Stage::Idle
            }
            Stage::Decided(group) => {
                self.commit(&group);
                Stage::Committed(group)
            }
            Stage::Committed(group) => {
                self.tell(&group);
                Stage::Idle
            }
        };
    }

    pub(super) fn find(&self, author: &str, cid: &str) -> Option<u64> {
        if self.is(Fault::RemembersInMemory) {
            return self.remembered.get(cid).copied();
        }
        let same = |row: &&Row| row.author == author && row.cid == cid;
        self.log.values().find(same).map(|row| row.seq)
    }

    fn decide(&mut self, lane: usize) -> Group {
        const GROUP: usize = 3;
        self.ids += 1;
        let waiting = std::mem::take(&mut self.line).into_iter();
        let (mut mine, others): (Vec<_>, Vec<_>) =
            waiting.partition(|post| self.lane(post) == lane);
        if self.is(Fault::ServesNewestFirst) {
            mine.reverse();
        }
        let rest = mine.split_off(mine.len().min(GROUP));
        self.line = rest.into_iter().chain(others).collect();
        let (mut next, mut group) = (self.head(), Group::new());
        for post in mine {
            let earlier = group
                .iter()
                .find(|(other, ..)| other.cid == post.cid)
                .map(|other| other.1);
            let known = earlier.or_else(|| self.find(&post.author, &post.cid));
            next += u64::from(known.is_none());
            let seq = known.or(post.seq).unwrap_or(next);
            group.push((post, seq, known.is_none()));
        }
        for (post, seq, new) in &group {
            if self.is(Fault::AcksBeforeCommit) {
                self.ack(post, *seq, &self.id(*seq));
            }
            if self.is(Fault::TellsBeforeCommit) && *new {
                let row = self.row(post, *seq);
                self.publish(*seq, &row);
            }
        }
        group
    }

    /// Ids differ between attempts, as real ones do.
    fn id(&self, seq: u64) -> String {
        format!("{seq}-{}", self.ids)
    }

    fn row(&self, post: &Post, seq: u64) -> Row {
        Row {
            seq,
            id: self.id(seq),
            author: post.author.clone(),
            cid: post.cid.clone(),
        }
    }

    fn commit(&mut self, group: &Group) {
        for (post, seq, _) in group.iter().filter(|(.., new)| *new) {
            let row = self.row(post, *seq);
            self.log.insert(*seq, row);
            self.remembered.insert(post.cid.clone(), *seq);
        }
    }

    fn tell(&mut self, group: &Group) {
        let times = if self.is(Fault::TellsTwice) { 2 } else { 1 };
        for (post, seq, new) in group {
            let Some(row) = self.log.get(seq).cloned() else {
                continue;
            };
            if *new && !self.is(Fault::TellsBeforeCommit) {
                (0..times).for_each(|_| self.publish(*seq, &row));
            }
            if self.is(Fault::RefusesAfterCommit) && seq % 5 == 0 {
                self.refuse(post, false);
            } else if !self.is(Fault::AcksBeforeCommit) {
                self.ack(post, *seq, &row.id);
            }
        }
    }
}
