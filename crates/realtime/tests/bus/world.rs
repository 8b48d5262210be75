//! A server of one node or two: what happens on the first is to be heard on the last.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::timeout;
use whatscrap_kernel::{ManualClock, SequentialIds, Uuid};
use whatscrap_messages::testing::{Ether, FakeMessages, new_message};
use whatscrap_messages::{Bus, Carrier, Event, Heard, Messages};
use whatscrap_realtime::nodes::{NodesBus, RedisCarrier, Truth};
use whatscrap_realtime::{
    Connection, Encoders, Hub, Item, LocalBus, Notice, PresenceTiming, QueueLimits, Slot, notifier,
};
use whatscrap_rooms::testing::{FakeRooms, MockInvites, new_room};
use whatscrap_rooms::{Role, RoomEvent, RoomEvents, RoomId, Rooms};
use whatscrap_testkit::redis::Redis;
use whatscrap_users::testing::{FakeHasher, FakeStore, founder, new_session, new_user, now};
use whatscrap_users::{Policy, Sessions, UserEvent, UserEvents, UserId, Users};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) there: Arc<Hub>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) room_events: Arc<dyn RoomEvents>,
    pub(crate) user_events: Arc<dyn UserEvents>,
    pub(crate) messages: Arc<FakeMessages>,
    pub(crate) rooms: Arc<FakeRooms>,
    pub(crate) accounts: Arc<FakeStore>,
    pub(crate) ada: UserId,
    pub(crate) ben: UserId,
    pub(crate) room: RoomId,
    listening: Vec<AbortHandle>,
}

impl Drop for World {
    fn drop(&mut self) {
        self.listening.iter().for_each(AbortHandle::abort);
    }
}

fn hub() -> Arc<Hub> {
    let encoders = Encoders {
        message: |message, bytes| bytes.extend(message.version.to_be_bytes()),
        read: |_, _, seq, bytes| bytes.extend(format!("read {seq}").into_bytes()),
        typing: |_, _, bytes| bytes.extend(b"typing"),
        presence: |_, presence, bytes| bytes.extend(presence.word().as_bytes()),
        user: |_, bytes| bytes.extend(b"user"),
    };
    let queue = QueueLimits::default();
    Arc::new(Hub::new(encoders, queue, 10, PresenceTiming::default()))
}

impl World {
    /// One node.
    pub(crate) async fn alone() -> Self {
        let hub = hub();
        let bus = Arc::new(LocalBus::new(hub.clone(), notifier::feed().0));
        Self::on(hub, bus, Vec::new()).await
    }

    /// Two nodes that the air joins.
    pub(crate) async fn in_the_ether(ether: &Ether) -> Self {
        Self::joined(|| ether.node()).await
    }

    /// Two nodes that a Redis joins.
    pub(crate) async fn by_redis(redis: &Redis) -> Self {
        Self::joined(|| {
            let (carrier, heard) = RedisCarrier::open(&redis.url, "tests").unwrap();
            (Arc::new(carrier) as _, heard)
        })
        .await
    }

    async fn joined(
        node: impl Fn() -> (Arc<dyn Carrier>, tokio::sync::mpsc::Receiver<Heard>),
    ) -> Self {
        let join = |hub: &Arc<Hub>, name| {
            let (carrier, heard) = node();
            let feed = notifier::feed().0;
            NodesBus::join(Uuid::from_u128(name), hub.clone(), feed, carrier, heard)
        };
        let (here, there) = (hub(), hub());
        let (bus, ear) = join(&here, 1);
        let (other, others_ear) = join(&there, 2);
        let ears = vec![(bus.clone(), ear), (other, others_ear)];
        Self::on(there, bus, ears).await
    }

    async fn on<B: Bus + RoomEvents + UserEvents + 'static>(
        there: Arc<Hub>,
        bus: Arc<B>,
        ears: Vec<(Arc<NodesBus>, whatscrap_realtime::nodes::Ear)>,
    ) -> Self {
        let accounts = Arc::new(FakeStore::default());
        let (ada, ben) = (founder("ada"), new_user("ben"));
        let ids = (ada.user.id, ben.user.id);
        for account in [ada, ben] {
            accounts.create(account).await.unwrap();
        }
        let rooms = Arc::new(FakeRooms::new(accounts.clone()));
        let new = new_room("plans", ids.0);
        rooms.create(&new).await.unwrap();
        let room = new.room.id;
        rooms.join(room, ids.1, Role::Member, now()).await.unwrap();
        let there_is = there.clone();
        let messages = FakeMessages::new(accounts.clone(), rooms.clone(), bus.clone(), there_is);
        let messages = Arc::new(messages);
        let truth = Truth {
            messages: messages.clone(),
            rooms: rooms.clone(),
            sessions: accounts.clone(),
            remembered_users: users_service(&accounts, bus.clone()),
            remembered_rooms: rooms_service(&rooms, bus.clone()),
        };
        let ears = ears.into_iter();
        let listening =
            ears.map(|(bus, ear)| tokio::spawn(bus.listen(ear, truth.clone())).abort_handle());
        Self {
            listening: listening.collect(),
            there,
            bus: bus.clone(),
            room_events: bus.clone(),
            user_events: bus,
            messages,
            rooms,
            accounts,
            ada: ids.0,
            ben: ids.1,
            room,
        }
    }

    /// Posts on the first node.
    pub(crate) async fn posts(&self, count: usize) {
        for _ in 0..count {
            let new = new_message(self.room, self.ada, "hello");
            self.messages.post(new).await.unwrap();
        }
    }

    /// Somebody listens on the last node.
    pub(crate) async fn listens(&self, user: UserId) -> Listener<'_> {
        let session = new_session(user);
        self.accounts.open(&session).await.unwrap();
        let connection = self.there.connect(user, session.session.id);
        let mut connection = connection.expect("there is room");
        connection.subscribe(self.room, Slot(0));
        let heads = self.rooms.heads(user).await.unwrap();
        let head = heads.iter().find(|head| head.room == self.room).unwrap();
        Listener {
            world: self,
            session: session.session.id,
            connection,
            cursor: head.version,
        }
    }
}

fn users_service(
    accounts: &Arc<FakeStore>,
    events: Arc<dyn UserEvents>,
) -> whatscrap_users::Service {
    whatscrap_users::Service::new(
        accounts.clone(),
        accounts.clone(),
        Arc::new(FakeHasher),
        events,
        Arc::new(ManualClock::default()),
        Arc::new(SequentialIds::default()),
        Policy::default(),
    )
}

fn rooms_service(rooms: &Arc<FakeRooms>, events: Arc<dyn RoomEvents>) -> whatscrap_rooms::Service {
    whatscrap_rooms::Service::new(
        rooms.clone(),
        Arc::new(MockInvites::new()),
        events,
        Arc::new(ManualClock::default()),
        Arc::new(SequentialIds::default()),
        whatscrap_rooms::Limits::default(),
    )
}

/// A socket that minds its versions as those of the protocol do.
pub(crate) struct Listener<'a> {
    world: &'a World,
    pub(crate) session: whatscrap_users::SessionId,
    connection: Connection,
    /// Up to which version.
    pub(crate) cursor: u64,
}

impl Listener<'_> {
    pub(crate) async fn next(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        let outbox = self.connection.outbox();
        let taking = std::future::poll_fn(|cx| outbox.poll_take(cx, &mut items, usize::MAX));
        timeout(PATIENCE, taking).await.expect("something is heard");
        items
    }

    /// Nothing but how far the room has come waits for it.
    pub(crate) fn hears_nothing(&self) {
        let mut items = Vec::new();
        let reader = &mut std::task::Context::from_waker(std::task::Waker::noop());
        let _ = self
            .connection
            .outbox()
            .poll_take(reader, &mut items, usize::MAX);
        items.retain(|item| !matches!(item, Item::Changes { .. }));
        assert_eq!(items, []);
    }

    /// Hears every version up to this one, each once and in its order, or reads what is missing.
    pub(crate) async fn hears_up_to(&mut self, version: u64) {
        while self.cursor < version {
            for item in self.next().await {
                let Item::Changes { first, frames, .. } = item else {
                    continue;
                };
                if first > self.cursor + 1 {
                    let changes = self
                        .world
                        .messages
                        .changes(self.world.room, self.cursor, 1_000);
                    self.cursor = changes.await.unwrap().unwrap().version;
                    continue;
                }
                for (at, bytes) in frames.bytes().chunks(8).enumerate() {
                    let told = u64::from_be_bytes(bytes.try_into().unwrap());
                    assert_eq!(told, first + at as u64, "what a frame holds");
                    if told > self.cursor {
                        assert_eq!(told, self.cursor + 1);
                        self.cursor = told;
                    }
                }
            }
        }
    }

    /// Waits for a notice, and forgets what else it hears.
    pub(crate) async fn hears_of(&mut self, notice: Notice) {
        while !self.next().await.contains(&Item::Notice(notice)) {}
    }

    /// Waits for a signal with this text.
    pub(crate) async fn hears_signal(&mut self, text: &str) {
        let is_it = |item: &Item| match item {
            Item::Signal(frames) => frames.bytes() == text.as_bytes(),
            _ => false,
        };
        while !self.next().await.iter().any(is_it) {}
    }
}

pub(crate) fn left(room: RoomId, user: UserId) -> RoomEvent {
    RoomEvent::Left { room, user }
}

pub(crate) fn ended(user: UserId, session: whatscrap_users::SessionId) -> UserEvent {
    UserEvent::SessionEnded { user, session }
}

pub(crate) fn read(room: RoomId, user: UserId, seq: u64, others: Vec<UserId>) -> Event {
    Event::Read {
        room,
        user,
        seq,
        others,
    }
}
