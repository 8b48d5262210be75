use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use whatscrap_kernel::{Ids, Time};
use whatscrap_messages::Message;
use whatscrap_messages::notify::{Entry, Push, Rule, compose};
use whatscrap_rooms::RoomId;
use whatscrap_users::{PushText, UserId};

/// In this time a person is pushed to once of a room.
const ROUND: Duration = Duration::from_secs(5);
/// How many rounds there are at once; beyond it messages wait for nothing.
const MOST: usize = 50_000;
/// How many of the messages that wait together are remembered, to be shown if others are deleted.
const REMEMBERED: usize = 16;

/// Who was told of which room a moment ago, and what is to be told when that moment is over.
#[derive(Debug, Default)]
pub(super) struct Rounds(HashMap<(UserId, RoomId), Round>);

#[derive(Debug)]
struct Round {
    ends: Instant,
    waiting: Option<Waiting>,
}

/// Messages that are told of together.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// The latest of them, at least one.
    messages: Vec<(Arc<Message>, Rule)>,
    first: u64,
    last: u64,
    count: u32,
}

impl Rounds {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a message is told with the next round, because one is under way.
    pub(super) fn joins(&mut self, user: UserId, message: &Arc<Message>, rule: Rule) -> bool {
        let Some(round) = self.0.get_mut(&(user, message.room)) else {
            return false;
        };
        match &mut round.waiting {
            Some(waiting) => waiting.add(message, rule),
            None => round.waiting = Some(Waiting::new(message.clone(), rule)),
        }
        true
    }

    /// A push goes out: the next one of this room waits.
    pub(super) fn begin(&mut self, user: UserId, room: RoomId) {
        if self.0.len() < MOST {
            let round = Round {
                ends: Instant::now() + ROUND,
                waiting: None,
            };
            self.0.insert((user, room), round);
        }
    }

    /// Someone has read up to here: what waits until there is told no more.
    pub(super) fn read(&mut self, user: UserId, room: RoomId, seq: u64) {
        if let Some(round) = self.0.get_mut(&(user, room)) {
            round.waiting.take_if(|waiting| waiting.last <= seq);
        }
    }

    /// Whether this message waits to be told to someone.
    pub(super) fn has(&self, user: UserId, message: &Message) -> bool {
        let waiting = self.0.get(&(user, message.room));
        let waiting = waiting.and_then(|round| round.waiting.as_ref());
        waiting.is_some_and(|waiting| waiting.place(message).is_some())
    }

    /// What waits to be told to someone says something else, or is not to be told any more.
    pub(super) fn restate(&mut self, user: UserId, message: &Arc<Message>, withdrawn: bool) {
        let Some(round) = self.0.get_mut(&(user, message.room)) else {
            return;
        };
        if !withdrawn {
            if let Some(waiting) = &mut round.waiting {
                waiting.restate(message);
            }
        } else if let Some(waiting) = round.waiting.take() {
            round.waiting = waiting.without(message);
        }
    }

    /// Whose rounds are over, room by room.
    pub(super) fn due(&self, now: Instant) -> HashMap<RoomId, Vec<UserId>> {
        let mut due: HashMap<_, Vec<_>> = HashMap::new();
        for ((user, room), round) in &self.0 {
            if round.ends <= now {
                due.entry(*room).or_default().push(*user);
            }
        }
        due
    }

    /// Ends a round; what waited for it.
    pub(super) fn end(&mut self, user: UserId, room: RoomId) -> Option<Waiting> {
        self.0.remove(&(user, room))?.waiting
    }
}

impl Waiting {
    pub(super) fn new(message: Arc<Message>, rule: Rule) -> Self {
        Self {
            first: message.seq,
            last: message.seq,
            count: 1,
            messages: vec![(message, rule)],
        }
    }

    fn add(&mut self, message: &Arc<Message>, rule: Rule) {
        self.count += 1;
        self.last = self.last.max(message.seq);
        if self.messages.len() == REMEMBERED {
            let mut rules = self.messages.iter().map(|(_, rule)| rule);
            let least = rules.position(|rule| !rule.is_personal());
            self.messages.remove(least.unwrap_or_default());
        }
        self.messages.push((message.clone(), rule));
    }

    fn place(&self, message: &Message) -> Option<usize> {
        let mut messages = self.messages.iter();
        messages.position(|(waits, _)| waits.seq == message.seq)
    }

    fn restate(&mut self, message: &Arc<Message>) {
        if let Some(place) = self.place(message) {
            self.messages[place].0 = message.clone();
        }
    }

    /// What is left to be told.
    fn without(mut self, message: &Message) -> Option<Self> {
        if let Some(place) = self.place(message) {
            self.messages.remove(place);
            self.count -= 1;
        }
        (!self.messages.is_empty()).then_some(self)
    }

    /// The one that is shown: the latest, of those that are personal if there are any.
    fn shown(&self) -> &(Arc<Message>, Rule) {
        let mut latest = self.messages.iter().rev();
        let personal = latest.find(|(_, rule)| rule.is_personal());
        personal.unwrap_or(&self.messages[self.messages.len() - 1])
    }

    pub(super) fn message(&self) -> &Arc<Message> {
        &self.shown().0
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    pub(super) fn entry(&self, ids: &dyn Ids, user: UserId, at: Time) -> Entry {
        let (message, rule) = self.shown();
        Entry {
            id: ids.next(),
            user,
            room: message.room,
            seq: self.first,
            count: self.count,
            at,
            rule: *rule,
            outcomes: Vec::new(),
        }
    }

    pub(super) fn push(&self, text: PushText, room: Option<&str>, read: Vec<RoomId>) -> Push {
        let (message, rule) = self.shown();
        compose(text, room, *rule, message, self.count, read)
    }
}
