//! I4, I5 and I8: what each reader was sent and holds.

use std::collections::BTreeMap;

use super::{End, Verdict};
use crate::faults::history::{Entry, Kind, Op};

/// A reader's place in each room they follow, by (reader, room).
pub(super) struct Readers<'a>(BTreeMap<(&'a str, &'a str), Held<'a>>);

/// What a reader holds of a room since they joined in.
#[derive(Default)]
struct Held<'a> {
    /// The place up to which they have everything.
    last: u64,
    messages: Vec<(u64, &'a str)>,
}

impl<'a> Readers<'a> {
    /// I4, in passing.
    pub(super) fn of(history: &'a [Entry], verdict: &mut Verdict) -> Self {
        let mut readers: BTreeMap<_, Held<'a>> = BTreeMap::new();
        for entry in history {
            let (Some(room), Some(seq)) = (entry.room.as_deref(), entry.seq) else {
                continue;
            };
            let held = readers.entry((&*entry.actor, room));
            match entry.kind {
                Kind::Joined => {
                    verdict.resets += u64::from(entry.op == Op::Info);
                    let messages = Vec::new();
                    *held.or_default() = Held {
                        last: seq,
                        messages,
                    };
                }
                Kind::Ev => {
                    let held = held.or_default();
                    let id = entry.id.as_deref().unwrap_or_default();
                    held.sent(seq, id, entry, verdict);
                }
                _ => {}
            }
        }
        Self(readers)
    }

    /// I5, and that everybody has everything.
    pub(super) fn judge(&self, end: &End, verdict: &mut Verdict) {
        let nothing = Vec::new();
        for ((reader, room), held) in &self.0 {
            let rows = end.get(*room).unwrap_or(&nothing);
            for (seq, id) in &held.messages {
                // Ids are made once: whoever has another one here has it of another history.
                let row = usize::try_from(*seq)
                    .ok()
                    .and_then(|seq| rows.get(seq.wrapping_sub(1)));
                if row.is_none_or(|row| row.id != *id) {
                    let other = format!("{reader} has {id} at {seq} of {room}, the server {row:?}");
                    verdict.says(|v| &mut v.disagreements, other);
                }
            }
            let last = rows.last().map_or(0, |row| row.seq);
            if held.last != last {
                let behind = format!("{reader} is at {} of {last} in {room}", held.last);
                verdict.says(|v| &mut v.stragglers, behind);
            }
        }
    }

    /// When the last reader first had the last message of a room.
    pub(super) fn settled(history: &[Entry], end: &End) -> u64 {
        let is_last = |entry: &&Entry| {
            let room = entry.room.as_deref().and_then(|room| end.get(room));
            let last = room.and_then(|rows| rows.last());
            entry.kind == Kind::Ev
                && entry.op == Op::Ok
                && last.is_some_and(|row| Some(row.seq) == entry.seq)
        };
        let settled = history.iter().rfind(is_last);
        settled.map_or(0, |entry| entry.mono_ns)
    }
}

impl<'a> Held<'a> {
    fn sent(&mut self, seq: u64, id: &'a str, entry: &Entry, verdict: &mut Verdict) {
        let next = self.last + 1;
        if seq != next {
            let what = format!("{} was sent {seq} for {next}: {entry:?}", entry.actor);
            if seq < next {
                verdict.says(|v| &mut v.reorders, what);
            } else {
                verdict.says(|v| &mut v.gaps, what);
            }
        }
        if entry.op == Op::Ok {
            self.last = seq;
            self.messages.push((seq, id));
        }
    }
}
