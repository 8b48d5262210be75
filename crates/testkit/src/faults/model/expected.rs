use std::collections::BTreeMap;

use super::operation::Mark;

/// A room as it must be.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) messages: Vec<Kept>,
    pub(super) version: u64,
    /// How far each member has read.
    pub(super) members: BTreeMap<usize, usize>,
}

/// Something a person sent, whether or not it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) author: usize,
    pub(super) client_id: String,
    pub(super) body: String,
    /// The place of what it answers.
    pub(super) parent: Option<usize>,
}

/// A message as it must be.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) said: Said,
    pub(super) body: String,
    pub(super) version: u64,
    pub(super) is_edited: bool,
    pub(super) is_deleted: bool,
    /// Who reacts how, in order.
    pub(super) reactions: Vec<(&'static str, Vec<usize>)>,
}

/// What somebody does to a message.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Edit(String),
    Delete,
    React(&'static str, bool),
}

/// What must come of a post.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It stands in this place.
    Posted { seq: u64 },
    /// It stood in this place before.
    Duplicate { seq: u64 },
    /// It is refused with this code.
    Refused(String),
}

impl Room {
    pub(super) fn posts(&mut self, said: &Said) -> Outcome {
        let refused = |code: &str| Outcome::Refused(code.to_owned());
        let Some(read) = self.members.get_mut(&said.author) else {
            return refused("not_a_member");
        };
        let same = |kept: &Kept| {
            (kept.said.author, &kept.said.client_id) == (said.author, &said.client_id)
        };
        if let Some(at) = self.messages.iter().position(same) {
            let seq = at as u64 + 1;
            return if self.messages[at].said == *said {
                Outcome::Duplicate { seq }
            } else {
                refused("client_id_reused")
            };
        }
        if said.parent.is_some_and(|at| self.messages[at].is_deleted) {
            return refused("invalid");
        }
        self.version += 1;
        self.messages.push(Kept {
            said: said.clone(),
            body: said.body.clone(),
            version: self.version,
            is_edited: false,
            is_deleted: false,
            reactions: Vec::new(),
        });
        *read = self.messages.len();
        Outcome::Posted { seq: *read as u64 }
    }

    /// What it is refused with, if it is.
    pub(super) fn changes(
        &mut self,
        who: usize,
        at: usize,
        change: &Change,
    ) -> Option<&'static str> {
        if !self.members.contains_key(&who) {
            return Some("not_a_member");
        }
        let kept = &mut self.messages[at];
        let is_own = kept.said.author == who;
        if !is_own && !matches!(change, Change::React(..)) {
            return Some("forbidden");
        }
        let altered = match change {
            Change::Delete => !std::mem::replace(&mut kept.is_deleted, true),
            Change::React(emoji, on) => {
                if kept.is_deleted && *on {
                    return Some("deleted");
                }
                kept.reacts(who, emoji, *on)
            }
            Change::Edit(_) if kept.is_deleted => return Some("deleted"),
            Change::Edit(body) => {
                let altered = kept.body != *body;
                kept.is_edited |= altered;
                kept.body.clone_from(body);
                altered
            }
        };
        if kept.is_deleted {
            kept.body.clear();
            kept.reactions.clear();
        }
        if altered {
            self.version += 1;
            kept.version = self.version;
        }
        None
    }

    pub(super) fn joins(&mut self, who: usize) {
        let read = self.messages.len();
        self.members.entry(who).or_insert(read);
    }

    /// Whether they were in.
    pub(super) fn leaves(&mut self, who: usize) -> bool {
        self.members.remove(&who).is_some()
    }

    /// Whether they are in.
    pub(super) fn reads(&mut self, who: usize, up_to: usize, mark: Mark) -> bool {
        let last = self.messages.len();
        let Some(read) = self.members.get_mut(&who) else {
            return false;
        };
        *read = match mark {
            Mark::Forward => up_to.min(last).max(*read),
            Mark::Exactly => up_to.min(last),
        };
        true
    }

    pub(super) fn unread(&self, who: usize) -> usize {
        let read = self.members.get(&who).copied().unwrap_or_default();
        self.messages[read..]
            .iter()
            .filter(|kept| kept.said.author != who && !kept.is_deleted)
            .count()
    }
}

impl Kept {
    /// Whether that is otherwise than before.
    fn reacts(&mut self, who: usize, emoji: &'static str, on: bool) -> bool {
        let found = self.reactions.iter_mut().find(|(other, _)| *other == emoji);
        let was_on = found
            .as_ref()
            .is_some_and(|(_, people)| people.contains(&who));
        match found {
            Some((_, people)) if on && !was_on => people.push(who),
            Some((_, people)) if !on => people.retain(|other| *other != who),
            None if on => self.reactions.push((emoji, vec![who])),
            _ => {}
        }
        self.reactions.retain(|(_, people)| !people.is_empty());
        was_on != on
    }
}
