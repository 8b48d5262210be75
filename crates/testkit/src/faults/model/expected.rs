use std::collections::BTreeMap;

use super::operation::Mark;

/// A room as it must be.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) messages: Vec<Said>,
    /// How far each member has read.
    pub(super) members: BTreeMap<usize, usize>,
}

/// Something a person sent, whether or not it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) author: usize,
    pub(super) client_id: String,
    pub(super) body: String,
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
        let Some(read) = self.members.get_mut(&said.author) else {
            return Outcome::Refused("not_a_member".to_owned());
        };
        let same =
            |other: &Said| (other.author, &other.client_id) == (said.author, &said.client_id);
        if let Some(at) = self.messages.iter().position(same) {
            let seq = at as u64 + 1;
            return if self.messages[at] == *said {
                Outcome::Duplicate { seq }
            } else {
                Outcome::Refused("client_id_reused".to_owned())
            };
        }
        self.messages.push(said.clone());
        *read = self.messages.len();
        Outcome::Posted { seq: *read as u64 }
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
            .filter(|said| said.author != who)
            .count()
    }
}
