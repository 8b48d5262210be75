//! I1, I6 and I7: what was said, what was answered, what is there.

use std::collections::HashMap;

use super::{End, Row, Verdict};
use crate::faults::history::{Entry, Kind, Op};

/// Everything said, by room and `client_id`.
pub(super) struct Posts<'a>(HashMap<(&'a str, &'a str), Post<'a>>);

struct Post<'a> {
    sender: &'a str,
    /// At some time nobody knew what became of it.
    in_doubt: bool,
    /// It was refused for good.
    refused: bool,
    acked: bool,
}

/// The post that a step is about.
fn named(entry: &Entry) -> Option<(&str, &str)> {
    let (Kind::Send, Some(room), Some(cid)) = (entry.kind, &entry.room, &entry.cid) else {
        return None;
    };
    Some((room, cid))
}

impl<'a> Posts<'a> {
    pub(super) fn of(history: &'a [Entry]) -> Self {
        let mut posts: HashMap<_, Post<'a>> = HashMap::new();
        let mut open: HashMap<&str, Vec<_>> = HashMap::new();
        for entry in history {
            let open = open.entry(&entry.actor).or_default();
            if entry.kind == Kind::Close {
                for name in &*open {
                    posts.entry(*name).and_modify(|post| post.in_doubt = true);
                }
            }
            let Some(name) = named(entry) else { continue };
            let post = posts.entry(name).or_insert(Post {
                sender: &entry.actor,
                in_doubt: false,
                refused: false,
                acked: false,
            });
            match entry.op {
                Op::Invoke => open.push(name),
                Op::Info => post.in_doubt = true,
                Op::Ok => post.acked = true,
                Op::Fail => post.refused = true,
            }
            if matches!(entry.op, Op::Ok | Op::Fail) {
                open.retain(|other| *other != name);
            }
        }
        Self(posts)
    }

    pub(super) fn judge(&self, history: &[Entry], end: &End, verdict: &mut Verdict) {
        verdict.invoked = self.0.len() as u64;
        verdict.acked = self.0.values().filter(|post| post.acked).count() as u64;
        let rows = by_name(end);
        for entry in history.iter().filter(|entry| entry.op == Op::Ok) {
            let Some(name) = named(entry) else { continue };
            let kept = rows.get(&name).is_some_and(|rows| {
                let promised = (entry.seq, entry.id.as_deref());
                rows.iter()
                    .any(|row| (Some(row.seq), Some(&*row.id)) == promised)
            });
            if !kept {
                let lost = format!("acked, and not there so: {entry:?}");
                verdict.says(|v| &mut v.lost, lost);
            }
        }
        for (room, rows) in end {
            for row in rows {
                match self.0.get(&(room.as_str(), row.cid.as_str())) {
                    Some(post) if post.sender == row.author => {
                        if post.refused && !post.acked {
                            let revived = format!("{room}: refused, and there: {row:?}");
                            verdict.says(|v| &mut v.revived, revived);
                        }
                    }
                    _ => {
                        let stranger = format!("{room}: nobody said {row:?}");
                        verdict.says(|v| &mut v.uninvoked, stranger);
                    }
                }
            }
        }
        self.judge_order(history, &rows, verdict);
    }

    /// I6. A sender's floor in a room is the highest place that a later post of theirs must not
    /// stand below. A post raises it as soon as it is said, or, if it was ever in doubt, as soon
    /// as it is acked.
    fn judge_order(&self, history: &[Entry], rows: &Rows<'_>, verdict: &mut Verdict) {
        let mut floors: HashMap<(&str, &str), u64> = HashMap::new();
        for entry in history {
            let Some(name) = named(entry) else { continue };
            let post = &self.0[&name];
            let Some(row) = rows.get(&name).and_then(|rows| rows.first()) else {
                continue;
            };
            let floor = floors.entry((post.sender, name.0)).or_default();
            if entry.op == Op::Invoke && row.seq < *floor {
                let early = format!("{}: {row:?} stands below {floor}", name.0);
                verdict.says(|v| &mut v.disordered, early);
            }
            let raises = if post.in_doubt { Op::Ok } else { Op::Invoke };
            if entry.op == raises {
                *floor = row.seq.max(*floor);
            }
        }
    }
}

type Rows<'a> = HashMap<(&'a str, &'a str), Vec<&'a Row>>;

fn by_name(end: &End) -> Rows<'_> {
    let mut rows: Rows<'_> = HashMap::new();
    for (room, row) in end
        .iter()
        .flat_map(|(room, rows)| rows.iter().map(move |row| (room, row)))
    {
        rows.entry((room, &row.cid)).or_default().push(row);
    }
    rows
}
