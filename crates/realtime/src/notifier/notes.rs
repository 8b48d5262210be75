use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;
use whatscrap_kernel::{Ids, Time};
use whatscrap_messages::Message;
use whatscrap_messages::notify::{Entry, Rule};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

/// How long decisions are gathered before they are written down together.
const GATHERED: Duration = Duration::from_secs(2);
/// How many are gathered at most; beyond it they are not written down.
const MOST: usize = 2_000;

/// Decisions that wait to be written down. Those not to tell are one line for as many messages as
/// they hold for, so that a busy room costs a person a line in two seconds.
#[derive(Debug, Default)]
pub(super) struct Notes {
    since: Option<Instant>,
    told: Vec<Entry>,
    not_told: HashMap<(UserId, RoomId, Rule), Entry>,
}

impl Notes {
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| since + GATHERED <= now)
    }

    pub(super) fn add(&mut self, entry: Entry) {
        if self.has_room() {
            self.told.push(entry);
        }
    }

    pub(super) fn not_told(
        &mut self,
        ids: &dyn Ids,
        user: UserId,
        message: &Message,
        rule: Rule,
        at: Time,
    ) {
        if !self.has_room() {
            return;
        }
        let key = (user, message.room, rule);
        let entry = self.not_told.entry(key).or_insert_with(|| Entry {
            id: ids.next(),
            user,
            room: message.room,
            seq: message.seq,
            count: 0,
            at,
            rule,
            outcomes: Vec::new(),
        });
        entry.count += 1;
    }

    /// Everything that waits, the earliest decision first.
    pub(super) fn take(&mut self) -> Vec<Entry> {
        self.since = None;
        let mut entries = std::mem::take(&mut self.told);
        entries.extend(self.not_told.drain().map(|(_, entry)| entry));
        entries.sort_by_key(|entry| entry.id);
        entries
    }

    fn has_room(&mut self) -> bool {
        self.since.get_or_insert_with(Instant::now);
        self.told.len() + self.not_told.len() < MOST
    }
}
