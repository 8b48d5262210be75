//! Several nodes: what one commits reaches the sockets of the others.
//!
//! The database is the truth, and what nodes say to each other are hints. [`NodesBus`] tells this
//! node's hub at once and says it to the others by a [`Carrier`]; what they say comes in by
//! [`NodesBus::listen`], which keeps the order of each room's versions ([`Line`](line::Line)),
//! reads what is missing from the database, and looks from time to time whether anything is
//! (`docs/decisions/0019`).

mod healing;
mod line;
mod listening;
mod people;
mod redis;
mod spending;
mod sweeping;
mod words;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;
use whatscrap_kernel::Uuid;
use whatscrap_messages::{Bus, Carrier, Channel, Event, Message, Messages, Word};
use whatscrap_rooms::{RoomEvent, RoomEvents, RoomId, Rooms};
use whatscrap_users::{Sessions, UserEvent, UserEvents};

use crate::hub::Sharded;
use crate::notifier::Feed;
use crate::{Frames, Hub};

pub use self::redis::{RedisCarrier, RedisUrlError};
use line::Line;
use words::{Run, Said};

/// What a node reads to find out what it was not told.
#[derive(Clone)]
pub struct Truth {
    /// What changed in a room.
    pub messages: Arc<dyn Messages>,
    /// How far the rooms have come, and who is in them.
    pub rooms: Arc<dyn Rooms>,
    /// Which sessions stand.
    pub sessions: Arc<dyn Sessions>,
    /// What it remembers of accounts, which others change.
    pub remembered_users: whatscrap_users::Service,
    /// What it remembers of rooms, which others change.
    pub remembered_rooms: whatscrap_rooms::Service,
}

/// The bus of a server of several nodes.
pub struct NodesBus {
    /// This node's name among the others, another at each start.
    me: Uuid,
    hub: Arc<Hub>,
    feed: Feed,
    carrier: Arc<dyn Carrier>,
    /// The rooms in which somebody here listens.
    lines: Sharded<RoomId, Line>,
    gaps: mpsc::UnboundedSender<Gap>,
}

/// A room of which something is missing.
#[derive(Debug, Clone, Copy)]
struct Gap {
    room: RoomId,
    /// What is missing may be on its way.
    may_close: bool,
}

/// What a bus has to listen to.
pub struct Ear {
    heard: mpsc::Receiver<whatscrap_messages::Heard>,
    begun: mpsc::UnboundedReceiver<RoomId>,
    gaps: mpsc::UnboundedReceiver<Gap>,
}

impl NodesBus {
    /// Joins this node to those that the carrier reaches. It hears them by [`NodesBus::listen`].
    pub fn join(
        me: Uuid,
        hub: Arc<Hub>,
        feed: Feed,
        carrier: Arc<dyn Carrier>,
        heard: mpsc::Receiver<whatscrap_messages::Heard>,
    ) -> (Arc<Self>, Ear) {
        let (gaps, gaps_heard) = mpsc::unbounded_channel();
        let (begins, begun) = mpsc::unbounded_channel();
        hub.watch(begins);
        let bus = Self {
            me,
            hub,
            feed,
            carrier,
            lines: Sharded::new(),
            gaps,
        };
        let ear = Ear {
            heard,
            begun,
            gaps: gaps_heard,
        };
        (Arc::new(bus), ear)
    }

    /// Tells this node at once, and the others by the carrier.
    fn tell(&self, event: &Event) {
        match event {
            Event::Messages(room, messages) => self.tell_messages(*room, messages),
            event => {
                self.tell_here(event);
                if let Some((channel, said)) = Said::of(event) {
                    self.say(channel, said, Bytes::new());
                }
                return;
            }
        }
        self.feed.take(event);
    }

    /// Tells whoever is on this node of what happened here or elsewhere.
    fn tell_here(&self, event: &Event) {
        if let Event::Room(RoomEvent::Joined { room, user }) = *event {
            let people = &self.hub.people;
            people.change(|people, now| people.enter_from_elsewhere(user, room, now));
        }
        self.hub.deliver(event);
        self.feed.take(event);
    }

    /// Tells the other nodes that this one ends: its people are about to come to them.
    pub fn says_goodbye(&self) {
        self.say(Channel::All, Said::People(people::Word::Ends), Bytes::new());
    }

    fn tell_messages(&self, room: RoomId, messages: &[Arc<Message>]) {
        let Some(first) = messages.first().map(|message| message.version) else {
            return;
        };
        let frames = self.hub.frames(messages);
        let run = Run::new(room, first, &frames, messages);
        self.deliver(room, first, frames.clone());
        self.hub.typed(room, run.authors());
        self.say(Channel::Room(room), Said::Changes(run), frames.bytes());
    }

    fn say(&self, channel: Channel, said: Said, body: Bytes) {
        metrics::counter!("whatscrap_bus_said_total").increment(1);
        let head = words::encode(self.me, said);
        self.carrier.say(channel, Word { head, body });
    }

    /// Gives a run of changes to the sockets of this node when it follows what they have; what is
    /// missing before it is awaited for a moment, and then read.
    fn deliver(&self, room: RoomId, first: u64, frames: Frames) {
        let mut lines = self.lines.lock(room);
        let Some(line) = lines.get_mut(&room) else {
            // Nobody listens, or nobody did a moment ago: the sockets themselves see to their order.
            return self.hub.deliver_changes(room, first, &frames);
        };
        let had_gap = line.has_gap();
        for (first, frames) in line.take(first, frames) {
            self.hub.deliver_changes(room, first, &frames);
        }
        if line.has_gap() && !had_gap {
            self.gapes(room, true);
        }
    }

    fn gapes(&self, room: RoomId, may_close: bool) {
        // While the node ends, nobody reads any more.
        let _ = self.gaps.send(Gap { room, may_close });
    }

    /// What another node said of a room's messages.
    fn hear_changes(&self, run: Run, word: &Word) {
        let (room, first, last) = (run.room(), run.first(), run.last());
        self.hub.typed(room, run.authors());
        match run.frames(word) {
            Some(frames) if first > 0 && !frames.is_empty() => self.deliver(room, first, frames),
            _ => self.stands_at(room, last, false),
        }
    }

    /// A room has come so far: what its sockets lack is read.
    fn stands_at(&self, room: RoomId, version: u64, may_close: bool) {
        let mut lines = self.lines.lock(room);
        let Some(line) = lines.get_mut(&room) else {
            return;
        };
        if !line.is_placed() {
            let next = line.skip_to(version) + 1;
            return self.hub.deliver_changes(room, next, &Frames::default());
        }
        line.sees(version);
        if line.has_gap() {
            self.gapes(room, may_close);
        }
    }
}

#[async_trait]
impl Bus for NodesBus {
    async fn ready(&self) {
        self.hub.ready().await;
    }

    fn publish(&self, event: Event) {
        self.tell(&event);
    }
}

impl RoomEvents for NodesBus {
    fn publish(&self, event: RoomEvent) {
        self.tell(&Event::Room(event));
    }
}

impl UserEvents for NodesBus {
    fn publish(&self, event: UserEvent) {
        self.tell(&Event::User(event));
    }
}
