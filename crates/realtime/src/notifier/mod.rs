//! Tells people of messages, on their devices, while they look elsewhere.
//!
//! What is committed passes through the [`Feed`], which costs the committer a look into a set, and
//! a place in a bounded queue only where somebody might be told. One task, the [`Notifier`], reads
//! the queue, asks the rule, and hands out pushes; what it is too slow for is not told.

mod feed;
mod notes;
mod people;
mod pushing;
mod rounds;
#[cfg(test)]
mod tests;
mod told;

pub use feed::{Feed, Inbox, feed};

use std::collections::{HashMap, HashSet};
use std::iter;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval};
use whatscrap_kernel::{BackendError, Clock, Ids};
use whatscrap_messages::notify::{Listener, Log, NamedBy, Pusher, Rule, Subscriptions};
use whatscrap_messages::{Attention, Event, Message, Renamed};
use whatscrap_rooms::{RoomEvent, RoomId, Rooms};
use whatscrap_users::{UserEvent, UserId, Users};

use feed::Work;
use notes::Notes;
use people::{Audience, People, Person};
use pushing::Pushes;
use rounds::{Rounds, Waiting};
use told::Told;

/// How often what waits is looked at.
const TICK: Duration = Duration::from_millis(500);
/// How often what is old is swept.
const SWEEP: Duration = Duration::from_hours(1);
/// For how long decisions are kept.
const KEPT: Duration = Duration::from_hours(7 * 24);
/// How many decisions of a person are kept.
const KEPT_OF_A_PERSON: u32 = 1_000;
/// A message that is older is no news: it is a change of one that was told before.
const NEWS: Duration = Duration::from_mins(2);
/// How many rooms' newest messages are remembered.
const ROOMS: usize = 100_000;

/// What the notifier works with.
#[derive(Clone)]
pub struct Ports {
    /// Who is told where.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// Why they were told, or not.
    pub log: Arc<dyn Log>,
    /// How they are told.
    pub pusher: Arc<dyn Pusher>,
    /// Who is in which room.
    pub rooms: Arc<dyn Rooms>,
    /// What they prefer.
    pub users: Arc<dyn Users>,
    /// What they look at.
    pub attention: Arc<dyn Attention>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
}

/// Decides who is told, and tells them.
pub struct Notifier {
    inbox: Inbox,
    ports: Ports,
    people: People,
    rounds: Rounds,
    pushes: Pushes,
    notes: Notes,
    told: Told,
    newest: HashMap<RoomId, u64>,
}

impl Notifier {
    /// One that has told nobody yet.
    pub fn new(inbox: Inbox, ports: Ports) -> Self {
        Self {
            people: People::new(ports.clone()),
            rounds: Rounds::default(),
            pushes: Pushes::new(ports.clone()),
            notes: Notes::default(),
            told: Told::default(),
            newest: HashMap::new(),
            inbox,
            ports,
        }
    }

    /// Tells people until the last [`Feed`] is gone.
    pub async fn run(mut self) {
        let (mut ticks, mut sweeps) = (every(TICK), every(SWEEP));
        loop {
            tokio::select! {
                work = self.inbox.line.recv() => {
                    let Some(work) = work else { break };
                    self.take(work).await;
                }
                Some(entry) = self.pushes.done() => self.notes.add(entry),
                _ = ticks.tick(), if !(self.rounds.is_empty() && self.notes.is_empty()) => {
                    self.tick().await;
                }
                _ = sweeps.tick() => self.sweep().await,
            }
        }
        self.note().await;
    }

    async fn take(&mut self, work: Work) {
        match work {
            Work::Messages(room, messages) => self.hear(room, &messages).await,
            Work::Event(Event::Renamed(renamed)) => self.rename(&renamed).await,
            Work::Event(event) => self.change(&event),
        }
        // What did not find a place may have been a change of what is believed here.
        if let Some(missed) = self.inbox.shared.missed() {
            tracing::warn!(missed, "too much was said at once: of some nobody was told");
            self.people.forget_all();
            self.inbox.shared.break_silence(None);
        }
    }

    /// What was read before does not hold any more.
    fn change(&mut self, event: &Event) {
        match *event {
            Event::Read {
                room, user, seq, ..
            } => {
                self.rounds.read(user, room, seq);
                self.told.read(user, room, seq);
            }
            Event::Devices { user } => {
                self.people.forget(user);
                self.people.forget_rooms();
                // A room may have been called silent by what was believed until now.
                self.inbox.shared.break_silence(None);
            }
            Event::User(
                UserEvent::SessionEnded { user, .. } | UserEvent::ProfileChanged { user },
            ) => self.people.forget(user),
            Event::Room(RoomEvent::Joined { room, .. }) => {
                self.people.forget_room(room);
                self.inbox.shared.break_silence(Some(room));
            }
            Event::Room(
                RoomEvent::Left { room, .. }
                | RoomEvent::PlaceChanged { room, .. }
                | RoomEvent::Changed { room },
            ) => self.people.forget_room(room),
            _ => {}
        }
    }

    /// Tells of what is new in a room.
    async fn hear(&mut self, room: RoomId, messages: &[Arc<Message>]) {
        let moment = self.inbox.shared.moment();
        let audience = match self.people.audience(room).await {
            Ok(audience) => audience,
            Err(error) => return failed(&error),
        };
        if audience.listeners.is_empty() {
            return self.inbox.shared.silence(room, moment);
        }
        for message in messages {
            let done = if self.is_new(message) {
                let all: Vec<_> = audience.listeners.iter().collect();
                self.decide(&audience, &all, message).await
            } else {
                self.reconsider(&audience, message).await
            };
            if let Err(error) = done {
                failed(&error);
            }
        }
    }

    /// Tells those whom an edit names and who were not named before.
    async fn rename(&mut self, Renamed { message, before }: &Renamed) {
        let audience = match self.people.audience(message.room).await {
            Ok(audience) => audience,
            Err(error) => return failed(&error),
        };
        let is_new = |listener: &&Listener| {
            let is_online = self.ports.attention.is_online(listener.user);
            let named = |mentions| NamedBy::of(mentions, listener.user, is_online);
            named(&message.mentions).is_some() && named(before).is_none()
        };
        let named: Vec<_> = audience.listeners.iter().filter(is_new).collect();
        if let Err(error) = self.decide(&audience, &named, message).await {
            failed(&error);
        }
    }

    /// A message changed that someone may have been told of: what is deleted, or does not concern
    /// them any more, is withdrawn.
    async fn reconsider(
        &mut self,
        audience: &Audience,
        message: &Arc<Message>,
    ) -> Result<(), BackendError> {
        let room = message.room;
        for listener in &audience.listeners {
            let user = listener.user;
            let waits = self.rounds.has(user, message);
            if !waits && !self.told.shows(user, room, message.seq) {
                continue;
            }
            let people = self.people.wishes(iter::once(user)).await?;
            let Some(person) = people.get(&user) else {
                continue;
            };
            let rule = self.rule(audience, listener, person, message);
            let withdrawn = message.deleted_at.is_some() || rule == Rule::LevelMentions;
            if waits {
                self.rounds.restate(user, message, withdrawn);
            } else if withdrawn {
                self.told.withdraw(user, room);
            }
        }
        Ok(())
    }

    fn is_new(&mut self, message: &Message) -> bool {
        if self.newest.len() > ROOMS {
            self.newest.clear();
        }
        let newest = self.newest.entry(message.room).or_default();
        let is_new = message.seq > *newest;
        *newest = message.seq.max(*newest);
        is_new && !message.is_changed() && message.created_at + NEWS > self.ports.clock.now()
    }

    /// Who is told of a message: at once, or with their next round.
    async fn decide(
        &mut self,
        audience: &Audience,
        listeners: &[&Listener],
        message: &Arc<Message>,
    ) -> Result<(), BackendError> {
        let users = listeners.iter().map(|listener| listener.user);
        let people = self.people.wishes(users).await?;
        let mut told = Vec::new();
        for listener in listeners.iter().copied() {
            let user = listener.user;
            let Some(person) = people.get(&user) else {
                continue;
            };
            let rule = self.rule(audience, listener, person, message);
            if !rule.tells() {
                self.not_told(user, message, rule);
            } else if !self.rounds.joins(user, message, rule) {
                told.push((user, person.clone(), Waiting::new(message.clone(), rule)));
            }
        }
        self.tell(audience, told).await
    }

    /// Rounds of a room are over: what waited for them is decided anew, and told together.
    async fn again(&mut self, room: RoomId, users: &[UserId]) -> Result<(), BackendError> {
        let waited = users.iter().filter_map(|user| {
            let waiting = self.rounds.end(*user, room)?;
            Some((*user, waiting))
        });
        let waited: HashMap<_, _> = waited.collect();
        if waited.is_empty() {
            return Ok(());
        }
        let audience = self.people.audience(room).await?;
        let people = self.people.wishes(waited.keys().copied()).await?;
        let mut told = Vec::new();
        for listener in &audience.listeners {
            let user = listener.user;
            let (Some(waiting), Some(person)) = (waited.get(&user), people.get(&user)) else {
                continue;
            };
            let rule = self.rule(&audience, listener, person, waiting.message());
            if rule.tells() {
                told.push((user, person.clone(), waiting.clone()));
            } else {
                self.not_told(user, waiting.message(), rule);
            }
        }
        self.tell(&audience, told).await
    }

    fn rule(
        &self,
        audience: &Audience,
        listener: &Listener,
        person: &Person,
        message: &Message,
    ) -> Rule {
        let now = self.ports.clock.now();
        let attention = &*self.ports.attention;
        people::rule(attention, audience, listener, person, message, now)
    }

    fn not_told(&mut self, user: UserId, message: &Message, rule: Rule) {
        // That one is not told of one's own words needs no explanation.
        if rule != Rule::OwnMessage {
            let now = self.ports.clock.now();
            self.notes
                .not_told(&*self.ports.ids, user, message, rule, now);
        }
    }

    async fn tell(
        &mut self,
        audience: &Audience,
        told: Vec<(UserId, Arc<Person>, Waiting)>,
    ) -> Result<(), BackendError> {
        if told.is_empty() {
            return Ok(());
        }
        let room = audience.room.id;
        // What is said in a room is not pushed to whoever is out of it, however late they left.
        let users: Vec<_> = told.iter().map(|(user, ..)| *user).collect();
        let inside: HashSet<_> = self
            .ports
            .rooms
            .inside(room, &users)
            .await?
            .into_iter()
            .collect();
        if inside.len() < users.len() {
            self.people.forget_room(room);
        }
        for (user, person, waiting) in told {
            if inside.contains(&user) {
                self.push(audience, user, &person, &waiting);
            }
        }
        Ok(())
    }

    fn push(&mut self, audience: &Audience, user: UserId, person: &Person, waiting: &Waiting) {
        let room = audience.room.id;
        self.rounds.begin(user, room);
        self.inbox.shared.remember(user);
        let read = self
            .told
            .tell(user, room, waiting.last(), waiting.message().seq);
        let text = person.preferences.push_text;
        let push = waiting.push(text, audience.name(), read);
        let entry = waiting.entry(&*self.ports.ids, user, self.ports.clock.now());
        if let Some(entry) = self.pushes.push(entry, push, &person.devices) {
            self.notes.add(entry);
        }
    }

    async fn tick(&mut self) {
        let now = Instant::now();
        for (room, users) in self.rounds.due(now) {
            if let Err(error) = self.again(room, &users).await {
                failed(&error);
            }
        }
        if self.notes.is_due(now) {
            self.note().await;
        }
    }

    async fn note(&mut self) {
        let entries = self.notes.take();
        if let Err(error) = self.ports.log.note(&entries).await {
            failed(&error);
        }
    }

    async fn sweep(&self) {
        let before = self.ports.clock.now() - KEPT;
        if let Err(error) = self.ports.log.sweep(before, KEPT_OF_A_PERSON).await {
            failed(&error);
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut every = interval(period);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    every
}

fn failed(error: &BackendError) {
    let error = error as &dyn std::error::Error;
    tracing::warn!(error, "somebody was not told of a message");
}
