//! Who is there on which node (protocol, guarantee 10): each node says how it sees the people of
//! its own connections, and that it lives; what a node said holds until it is silent for too long.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use whatscrap_kernel::Uuid;
use whatscrap_messages::Channel;
use whatscrap_rooms::{RoomId, Rooms};
use whatscrap_users::UserId;

use super::NodesBus;
use super::words::Said;
use crate::Presence;
use crate::presence::{Registry, Seen};

/// How often what changed is said.
const TELLS: Duration = Duration::from_millis(500);
/// How often a node says that it lives.
const LIVES: Duration = Duration::from_secs(1);
/// How long it may be silent before what it says is taken to get lost, its people are, and it is.
const QUIET: Duration = Duration::from_secs(2);
const SILENT: Duration = Duration::from_secs(15);
const DEAD: Duration = Duration::from_mins(5);
/// How long the database may take to say where people are.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long those are waited for whose node ended: they come back to another.
const MOVE: Duration = Duration::from_secs(9);
/// How many people one word speaks of; it is to fit into 7,000 bytes.
const PEOPLE: usize = 50;
/// In how many rooms one person is told to look at once.
const ROOMS: usize = 2;

/// What nodes say of people.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub(super) enum Word {
    /// How these are seen.
    Are { account: u64, people: Vec<Someone> },
    /// Everybody has been spoken of in this account.
    All { account: u64 },
    /// The node lives, and has said so many words of people.
    Lives { words: u64 },
    /// The node wants to know of everybody there, or everywhere.
    Who { whom: Option<Uuid> },
    /// The node ends.
    Ends,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Someone {
    id: Uuid,
    is: State,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    at: Vec<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Offline,
    Away,
    Active,
}

/// What the listening tells the one who minds people.
pub(super) enum Told {
    By(Uuid, Word),
    /// Words may have been lost.
    Back,
    Away,
}

/// What is known of another node.
struct Node {
    heard_at: Instant,
    /// How many words of people it has said, if none was missed.
    words: Option<u64>,
    /// Its people are not counted any more.
    is_lost: bool,
    ends_at: Option<Instant>,
}

/// Who minds people.
pub(super) struct Minding {
    bus: Arc<NodesBus>,
    rooms: Arc<dyn Rooms>,
    nodes: HashMap<Uuid, Node>,
    /// Whether a node that did not end is not heard.
    quiet: watch::Sender<bool>,
    is_away: bool,
    words: u64,
    account: u64,
    /// Somebody wants to know of everybody.
    asked: bool,
    lives_at: Instant,
}

impl Minding {
    pub(super) fn new(
        bus: Arc<NodesBus>,
        rooms: Arc<dyn Rooms>,
        quiet: watch::Sender<bool>,
    ) -> Self {
        bus.hub.people.change(|people, _| people.tell_nodes());
        bus.hub.spending().is_shared_from_here_on();
        Self {
            bus,
            rooms,
            nodes: HashMap::new(),
            quiet,
            is_away: true,
            words: 0,
            account: 0,
            asked: false,
            lives_at: Instant::now(),
        }
    }

    pub(super) async fn run(mut self, mut told: mpsc::UnboundedReceiver<Told>) {
        let mut ticks = interval(TELLS);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                told = told.recv() => match told {
                    Some(told) => self.hear(told).await,
                    None => return,
                },
                _ = ticks.tick() => {
                    self.tick();
                    // Else they may have been heard already.
                    if told.is_empty() {
                        self.mind_the_silent();
                    }
                }
            }
        }
    }

    async fn hear(&mut self, told: Told) {
        match told {
            Told::By(node, word) => self.hear_of(node, word).await,
            Told::Away => self.is_away = true,
            Told::Back => {
                self.is_away = false;
                // Nobody is gone who could not be heard.
                let now = Instant::now();
                self.nodes.values_mut().for_each(|node| node.heard_at = now);
                self.asked = true;
                self.say(Word::Who { whom: None });
            }
        }
    }

    async fn hear_of(&mut self, from: Uuid, word: Word) {
        let now = Instant::now();
        let node = self.nodes.entry(from).or_insert(Node {
            heard_at: now,
            words: None,
            is_lost: false,
            ends_at: None,
        });
        node.heard_at = now;
        if node.has_ended(now) {
            return;
        }
        node.is_lost = false;
        match word {
            Word::Who { whom } => self.asked |= whom.is_none_or(|whom| whom == self.bus.me),
            Word::Ends => node.ends_at = Some(now + MOVE),
            Word::Lives { words } => {
                if node.words != Some(words) {
                    node.words = Some(words);
                    self.say(Word::Who { whom: Some(from) });
                }
            }
            Word::All { account } => {
                node.count();
                let people = &self.bus.hub.people;
                people.change(|people, _| people.end_account(from, account));
            }
            Word::Are { account, people } => {
                node.count();
                if !self.take(from, account, people).await
                    && let Some(node) = self.nodes.get_mut(&from)
                {
                    // Asked for again with its next sign of life.
                    node.words = None;
                }
            }
        }
    }

    /// Takes what a node says of people, each with their rooms: whether it could.
    async fn take(&self, node: Uuid, account: u64, people: Vec<Someone>) -> bool {
        let registry = &self.bus.hub.people;
        let here = people.iter().filter(|one| one.is != State::Offline);
        let here = here.map(|one| UserId(one.id));
        let strangers = registry.change(|people, _| people.strangers(here));
        let mut rooms: HashMap<_, Vec<_>> = HashMap::new();
        if !strangers.is_empty() {
            let Ok(Ok(places)) = timeout(PATIENCE, self.rooms.places(&strangers)).await else {
                tracing::warn!("where people of another node are is not known");
                return false;
            };
            for (user, room) in places {
                rooms.entry(user).or_default().push(room);
            }
        }
        registry.change(|registry, _| {
            for one in people {
                let user = UserId(one.id);
                let rooms = rooms.remove(&user).unwrap_or_default();
                registry.hear_of(node, account, user, one.seen(), rooms);
            }
        });
        true
    }

    fn tick(&mut self) {
        let news = self.bus.hub.people.change(Registry::take_news);
        self.tell(news);
        self.bus.tell_spent();
        if std::mem::take(&mut self.asked) {
            self.account += 1;
            let everybody = self.bus.hub.people.change(|people, _| people.account());
            self.tell(everybody);
            let account = self.account;
            self.say(Word::All { account });
        }
        let now = Instant::now();
        if self.lives_at <= now {
            self.lives_at = now + LIVES;
            let words = self.words;
            self.say(Word::Lives { words });
        }
    }

    fn mind_the_silent(&mut self) {
        let (now, is_away) = (Instant::now(), self.is_away);
        let people = &self.bus.hub.people;
        // Nobody is silent who could not be heard.
        let silence = |node: &Node| {
            let silent = now - node.heard_at;
            if is_away { Duration::ZERO } else { silent }
        };
        for (id, node) in &mut self.nodes {
            let is_over = silence(node) > SILENT || node.has_ended(now);
            if is_over && !std::mem::replace(&mut node.is_lost, true) {
                node.words = None;
                people.change(|people, _| people.lose(*id));
            }
        }
        self.nodes.retain(|_, node| silence(node) <= DEAD);
        let mut staying = self.nodes.values().filter(|node| node.ends_at.is_none());
        let is_quiet = staying.any(|node| silence(node) > QUIET);
        self.quiet
            .send_if_modified(|was| std::mem::replace(was, is_quiet) != is_quiet);
    }

    fn tell(&mut self, people: Vec<(UserId, Seen)>) {
        let account = self.account;
        let mut people = people.into_iter().map(Someone::of).peekable();
        while people.peek().is_some() {
            let people = people.by_ref().take(PEOPLE).collect();
            self.say(Word::Are { account, people });
        }
    }

    fn say(&mut self, word: Word) {
        if matches!(word, Word::Are { .. } | Word::All { .. }) {
            self.words += 1;
        }
        self.bus.say(Channel::All, Said::People(word), Bytes::new());
    }
}

impl Node {
    fn has_ended(&self, now: Instant) -> bool {
        self.ends_at.is_some_and(|at| at <= now)
    }

    fn count(&mut self) {
        self.words = self.words.map(|words| words + 1);
    }
}

impl Someone {
    fn of((user, seen): (UserId, Seen)) -> Self {
        let at = seen.looks_at.into_iter().take(ROOMS);
        Self {
            id: user.0,
            is: match seen.presence {
                Presence::Offline => State::Offline,
                Presence::Away => State::Away,
                Presence::Active => State::Active,
            },
            at: at.map(|room| room.0).collect(),
        }
    }

    fn seen(&self) -> Seen {
        Seen {
            presence: match self.is {
                State::Offline => Presence::Offline,
                State::Away => Presence::Away,
                State::Active => Presence::Active,
            },
            looks_at: self.at.iter().copied().map(RoomId).collect(),
        }
    }
}
