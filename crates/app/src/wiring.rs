//! Which adapter stands behind which port.

use std::sync::Arc;

use tokio::sync::mpsc::Receiver;
use whatscrap_kernel::{Blobs, Clock, Ids};
use whatscrap_messages::attachments::FileLimits;
use whatscrap_messages::{Bus, Carrier, Files, Heard, notify};
use whatscrap_platform::webpush::{self, Contact, Reach, VapidKey, WebPush};
use whatscrap_platform::{Argon2id, Images, SystemClock, UuidV7};
use whatscrap_realtime::nodes::{Ear, NodesBus};
use whatscrap_realtime::notifier::{self, Feed};
use whatscrap_realtime::{Hub, LocalBus, PresenceTiming, QueueLimits};
use whatscrap_rooms::RoomEvents;
use whatscrap_store::Store;
use whatscrap_users::{Policy, Portraits, UserEvents, Workspace};
use whatscrap_web::{Services, encoders};

/// Where what happens is told.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) hub: Arc<Hub>,
    pub(crate) bus: Arc<dyn Bus>,
    rooms: Arc<dyn RoomEvents>,
    users: Arc<dyn UserEvents>,
}

impl Told {
    fn by<B: Bus + RoomEvents + UserEvents + 'static>(hub: Arc<Hub>, bus: Arc<B>) -> Self {
        Self {
            hub,
            bus: bus.clone(),
            rooms: bus.clone(),
            users: bus,
        }
    }
}

/// The sockets of this process, none yet.
pub(crate) fn hub(sockets_per_user: usize, presence: PresenceTiming) -> Arc<Hub> {
    Arc::new(Hub::new(
        encoders(),
        QueueLimits::default(),
        sockets_per_user,
        presence,
    ))
}

/// Tells this process alone.
pub(crate) fn alone(hub: Arc<Hub>, feed: Feed) -> Told {
    Told::by(hub.clone(), Arc::new(LocalBus::new(hub, feed)))
}

/// Tells other nodes, too, by a carrier.
pub(crate) fn among_nodes(
    hub: Arc<Hub>,
    feed: Feed,
    carrier: Arc<dyn Carrier>,
    heard: Receiver<Heard>,
) -> (Told, Arc<NodesBus>, Ear) {
    let (bus, ear) = NodesBus::join(UuidV7.next(), hub.clone(), feed, carrier, heard);
    (Told::by(hub, bus.clone()), bus, ear)
}

/// For commands, which tell nobody anything.
pub(crate) fn nobody() -> Told {
    alone(hub(0, PresenceTiming::default()), notifier::feed().0)
}

/// How devices are told.
pub(crate) struct Push {
    pub(crate) key: VapidKey,
    pub(crate) contact: Option<Contact>,
    pub(crate) reach: Reach,
}

impl Push {
    /// For commands that tell nobody anything.
    pub(crate) fn unused() -> Self {
        Self {
            key: VapidKey::random(),
            contact: None,
            reach: Reach::Public,
        }
    }
}

/// Where files are kept, and how large they may be.
pub(crate) struct Kept {
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) limits: FileLimits,
}

/// The domain on its adapters.
pub(crate) struct Domain {
    pub(crate) services: Services,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    /// What the notifier works with.
    pub(crate) notifying: notifier::Ports,
}

impl Domain {
    /// Puts it on its adapters, by the operator's rules.
    pub(crate) fn new(
        store: &Store,
        told: Told,
        accounts: Policy,
        rooms: whatscrap_rooms::Limits,
        messages: whatscrap_messages::Limits,
        push: Push,
        kept: Kept,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(UuidV7);
        let users = whatscrap_users::Service::new(
            store.users.clone(),
            store.sessions.clone(),
            Arc::new(Argon2id::default()),
            told.users,
            clock.clone(),
            ids.clone(),
            accounts,
        );
        let images = Arc::new(Images::default());
        let blobs = kept.blobs;
        let portraits = Portraits::new(users.clone(), images.clone(), blobs.clone());
        let rooms = whatscrap_rooms::Service::new(
            store.rooms.clone(),
            store.invites.clone(),
            told.rooms,
            clock.clone(),
            ids.clone(),
            rooms,
        );
        let files = Files::new(
            store.attachments.clone(),
            blobs,
            images,
            rooms.clone(),
            clock.clone(),
            ids.clone(),
            kept.limits,
        );
        let messages = whatscrap_messages::Service::new(
            store.messages.clone(),
            told.bus.clone(),
            clock.clone(),
            ids.clone(),
            messages,
        );
        let pusher = Arc::new(WebPush::new(
            push.key,
            push.contact,
            push.reach,
            webpush::system_resolver(),
            clock.clone(),
        ));
        let notifying = notifier::Ports {
            subscriptions: store.subscriptions.clone(),
            log: store.notices.clone(),
            pusher: pusher.clone(),
            rooms: store.rooms.clone(),
            users: store.users.clone(),
            attention: told.hub,
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let notifications = notify::Service::new(
            store.subscriptions.clone(),
            store.notices.clone(),
            pusher,
            told.bus,
            clock.clone(),
            ids.clone(),
        );
        Self {
            services: Services {
                users,
                workspace: Workspace::new(store.settings.clone()),
                rooms,
                messages,
                search: whatscrap_messages::search::Service::new(store.search.clone()),
                notifications,
                portraits,
                files,
            },
            clock,
            ids,
            notifying,
        }
    }
}
