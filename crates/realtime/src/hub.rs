use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use tokio::sync::mpsc;
use whatscrap_messages::{Attention, Event, Message};
use whatscrap_rooms::{RoomEvent, RoomId};
use whatscrap_users::{SessionId, User, UserEvent, UserId};

use crate::connection::Peer;
use crate::presence::{People, Presence, PresenceTiming};
use crate::turns::Turns;
use crate::typing::Typing;
use crate::{Connection, Frames, Item, Notice, Outbox, QueueLimits, Slot, Spending};

/// Rooms, and people, are spread over this many locks.
const SHARDS: usize = 64;

/// How events become frames, each appended to those before it. An event is encoded once, whoever
/// hears it.
#[derive(Debug, Clone, Copy)]
pub struct Encoders {
    /// A new or changed message.
    pub message: fn(&Message, &mut Vec<u8>),
    /// How far someone has read.
    pub read: fn(RoomId, UserId, u64, &mut Vec<u8>),
    /// Somebody types.
    pub typing: fn(RoomId, UserId, &mut Vec<u8>),
    /// How somebody is seen from now on.
    pub presence: fn(UserId, Presence, &mut Vec<u8>),
    /// A profile that changed.
    pub user: fn(&User, &mut Vec<u8>),
}

/// A person has as many sockets open as they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManySockets;

/// The sockets of this node, by room and by person.
#[derive(Debug)]
pub struct Hub {
    rooms: Sharded<RoomId, Vec<Subscriber>>,
    sockets: Sharded<UserId, Vec<Arc<Peer>>>,
    pub(crate) people: People,
    typing: Typing,
    spending: Arc<Spending>,
    pub(crate) encoders: Encoders,
    queue: QueueLimits,
    sockets_per_user: usize,
    turns: Arc<Turns>,
    /// Who wants to know in which rooms somebody begins to listen.
    begun: OnceLock<mpsc::UnboundedSender<RoomId>>,
}

#[derive(Debug)]
struct Subscriber {
    peer: Arc<Peer>,
    slot: Slot,
}

impl Hub {
    /// A hub without sockets.
    pub fn new(
        encoders: Encoders,
        queue: QueueLimits,
        sockets_per_user: usize,
        presence: PresenceTiming,
    ) -> Self {
        Self {
            rooms: Sharded::new(),
            sockets: Sharded::new(),
            people: People::new(presence),
            typing: Typing::new(),
            spending: Arc::default(),
            encoders,
            queue,
            sockets_per_user,
            turns: Arc::default(),
            begun: OnceLock::new(),
        }
    }

    /// From here on `begun` is told of every room in which a first socket listens.
    pub(crate) fn watch(&self, begun: mpsc::UnboundedSender<RoomId>) {
        let _ = self.begun.set(begun);
    }

    /// Whether any socket listens to the room.
    pub(crate) fn is_heard(&self, room: RoomId) -> bool {
        self.rooms.lock(room).contains_key(&room)
    }

    /// Every session that has a socket, and whose it is.
    pub fn sessions(&self) -> HashMap<SessionId, UserId> {
        let peers = self.sockets.all(|sockets| {
            let peers = sockets.values().flatten();
            peers.map(|peer| (peer.session, peer.user)).collect()
        });
        peers.into_iter().collect()
    }

    /// To which rooms the sockets of each person listen.
    pub(crate) fn places(&self) -> HashMap<UserId, HashSet<RoomId>> {
        let places = self.rooms.all(|rooms| {
            let places = rooms.iter().flat_map(|(room, subscribers)| {
                subscribers.iter().map(|one| (one.peer.user, *room))
            });
            places.collect()
        });
        let mut by_user: HashMap<_, HashSet<_>> = HashMap::new();
        for (user, room) in places {
            by_user.entry(user).or_default().insert(room);
        }
        by_user
    }

    /// Takes a socket in. Its notices arrive from here on.
    pub fn connect(
        self: &Arc<Self>,
        user: UserId,
        session: SessionId,
    ) -> Result<Connection, TooManySockets> {
        let peer = Arc::new(Peer {
            user,
            session,
            outbox: Outbox::new(self.queue, Arc::clone(&self.turns)),
        });
        let mut all = self.sockets.lock(user);
        let sockets = all.entry(user).or_default();
        if sockets.len() >= self.sockets_per_user {
            return Err(TooManySockets);
        }
        sockets.push(peer.clone());
        drop(all);
        Ok(Connection::new(self.clone(), peer))
    }

    pub(crate) fn disconnect(&self, peer: &Arc<Peer>) {
        let mut all = self.sockets.lock(peer.user);
        if let Some(sockets) = all.get_mut(&peer.user) {
            sockets.retain(|other| !Arc::ptr_eq(other, peer));
            if sockets.is_empty() {
                all.remove(&peer.user);
            }
        }
    }

    pub(crate) fn subscribe(&self, room: RoomId, slot: Slot, peer: &Arc<Peer>) {
        let subscriber = Subscriber {
            peer: peer.clone(),
            slot,
        };
        match self.rooms.lock(room).entry(room) {
            Entry::Occupied(mut subscribers) => subscribers.get_mut().push(subscriber),
            Entry::Vacant(first) => {
                first.insert(vec![subscriber]);
                if let Some(begun) = self.begun.get() {
                    // Nobody listens any more while the server ends.
                    let _ = begun.send(room);
                }
            }
        }
    }

    pub(crate) fn unsubscribe(&self, room: RoomId, peer: &Arc<Peer>) {
        self.retain_subscribers(room, |other| !Arc::ptr_eq(other, peer));
    }

    fn retain_subscribers(&self, room: RoomId, stays: impl Fn(&Arc<Peer>) -> bool) {
        let mut rooms = self.rooms.lock(room);
        if let Some(subscribers) = rooms.get_mut(&room) {
            subscribers.retain(|subscriber| stays(&subscriber.peer));
            if subscribers.is_empty() {
                rooms.remove(&room);
            }
        }
    }

    /// How somebody is seen.
    pub fn presence(&self, user: UserId) -> Presence {
        self.people.presence(user)
    }

    /// What people did that they may not do too often.
    pub fn spending(&self) -> &Arc<Spending> {
        &self.spending
    }

    /// Somebody types in a room: whether the others are to be told. They are not told more often
    /// than they need.
    pub fn types(&self, room: RoomId, user: UserId) -> bool {
        self.typing.begins(room, user)
    }

    /// Gives an event to every socket of this node that is to hear it.
    pub fn deliver(&self, event: &Event) {
        match *event {
            Event::Messages(room, ref messages) => self.deliver_messages(room, messages),
            Event::Read {
                room,
                user,
                seq,
                ref others,
            } => self.deliver_read(room, user, seq, others),
            // No socket is told on which devices people are told.
            Event::Devices { .. } | Event::Renamed(_) => {}
            Event::Typing { room, user } => self.deliver_typing(room, user),
            Event::Room(event) => self.deliver_room_event(event),
            Event::User(event) => self.deliver_user_event(event),
        }
    }

    /// Waits until nearly every socket that could take what it was given has had its turn, a
    /// second at most.
    pub async fn ready(&self) {
        self.turns.few().await;
    }

    fn deliver_messages(&self, room: RoomId, messages: &[Arc<Message>]) {
        self.typed(room, messages.iter().map(|message| message.author.id));
        let rooms = self.rooms.lock(room);
        let Some(subscribers) = rooms.get(&room) else {
            return;
        };
        let Some(first) = messages.first().map(|message| message.version) else {
            return;
        };
        give(subscribers, first, &self.frames(messages));
    }

    /// The frames of messages, in their order.
    pub(crate) fn frames<'a>(
        &self,
        messages: impl IntoIterator<Item = &'a Arc<Message>>,
    ) -> Frames {
        Frames::of(messages, |message, bytes| {
            (self.encoders.message)(message, bytes);
        })
    }

    /// These people have said what they typed.
    pub(crate) fn typed(&self, room: RoomId, users: impl IntoIterator<Item = UserId>) {
        self.typing.ends(room, users);
    }

    /// Gives changes of a room to its sockets, the first of them with this version. Without frames
    /// they learn that the room has come so far that this version is the next.
    pub(crate) fn deliver_changes(&self, room: RoomId, first: u64, frames: &Frames) {
        if let Some(subscribers) = self.rooms.lock(room).get(&room) {
            give(subscribers, first, frames);
        }
    }

    fn deliver_read(&self, room: RoomId, user: UserId, seq: u64, others: &[UserId]) {
        let frame = Frames::of([seq], |seq, bytes| {
            (self.encoders.read)(room, user, seq, bytes);
        });
        for hearer in [user].iter().chain(others) {
            self.tell(*hearer, |_| Item::Signal(frame.clone()));
        }
    }

    fn deliver_typing(&self, room: RoomId, user: UserId) {
        let frame = Frames::of([user], |user, bytes| {
            (self.encoders.typing)(room, user, bytes);
        });
        let rooms = self.rooms.lock(room);
        for Subscriber { peer, .. } in rooms.get(&room).into_iter().flatten() {
            if peer.user != user {
                peer.outbox.push(Item::Signal(frame.clone()));
            }
        }
    }

    fn deliver_room_event(&self, event: RoomEvent) {
        match event {
            RoomEvent::Joined { room, user } => self.notify(user, Notice::Joined(room)),
            RoomEvent::Left { room, user } => {
                self.retain_subscribers(room, |peer| peer.user != user);
                self.people.change(|people, _| people.exit(user, room));
                self.notify(user, Notice::Left(room));
            }
            RoomEvent::PlaceChanged { room, user } => self.notify(user, Notice::RoomChanged(room)),
            RoomEvent::Changed { room } => {
                let rooms = self.rooms.lock(room);
                for Subscriber { peer, .. } in rooms.get(&room).into_iter().flatten() {
                    peer.outbox.push(Item::Notice(Notice::RoomChanged(room)));
                }
            }
        }
    }

    fn deliver_user_event(&self, event: UserEvent) {
        match event {
            UserEvent::SessionEnded { user, session } => {
                let all = self.sockets.lock(user);
                let sockets = all.get(&user).into_iter().flatten();
                for peer in sockets.filter(|peer| peer.session == session) {
                    peer.outbox.push(Item::Notice(Notice::SessionEnded));
                }
            }
            UserEvent::ProfileChanged { user } => {
                self.people.change(|people, _| people.rename(user));
            }
            // No socket is told of tries.
            UserEvent::Tried { .. } => {}
        }
    }

    fn notify(&self, user: UserId, notice: Notice) {
        self.tell(user, |_| Item::Notice(notice));
    }

    pub(crate) fn tell(&self, user: UserId, item: impl Fn(&Peer) -> Item) {
        let all = self.sockets.lock(user);
        for peer in all.get(&user).into_iter().flatten() {
            peer.outbox.push(item(peer));
        }
    }
}

fn give(subscribers: &[Subscriber], first: u64, frames: &Frames) {
    for &Subscriber { ref peer, slot } in subscribers {
        let frames = frames.clone();
        peer.outbox.push(Item::Changes {
            slot,
            first,
            frames,
        });
    }
}

impl Attention for Hub {
    fn is_online(&self, user: UserId) -> bool {
        self.presence(user) != Presence::Offline
    }

    fn looks_at(&self, user: UserId, room: RoomId) -> bool {
        self.people.looks_at(user, room)
    }
}

/// A map behind many locks, so that one key rarely waits for another.
#[derive(Debug)]
pub(crate) struct Sharded<K, V> {
    shards: Box<[Mutex<HashMap<K, V>>]>,
    hasher: RandomState,
}

impl<K: std::hash::Hash + Eq, V> Sharded<K, V> {
    pub(crate) fn new() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self {
            shards,
            hasher: RandomState::new(),
        }
    }

    pub(crate) fn lock(&self, key: K) -> MutexGuard<'_, HashMap<K, V>> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the low bits choose the shard"
        )]
        let shard = self.hasher.hash_one(key) as usize % SHARDS;
        lock(&self.shards[shard])
    }

    /// Looks through all of it, shard by shard.
    pub(crate) fn all<T>(&self, look: impl Fn(&mut HashMap<K, V>) -> Vec<T>) -> Vec<T> {
        let shards = self.shards.iter();
        shards.flat_map(|shard| look(&mut lock(shard))).collect()
    }
}

fn lock<T>(shard: &Mutex<T>) -> MutexGuard<'_, T> {
    shard.lock().expect("no panic while a shard is locked")
}
