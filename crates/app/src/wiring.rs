//! Which adapter stands behind which port.

use std::sync::Arc;

use whatscrap_kernel::{Clock, Ids};
use whatscrap_platform::{Argon2id, SystemClock, UuidV7};
use whatscrap_realtime::{Hub, LocalBus, QueueLimits};
use whatscrap_store::Store;
use whatscrap_users::Policy;
use whatscrap_web::{Services, encoders};

/// The sockets of this process, none yet, and the bus to them.
pub(crate) fn hub(sockets_per_user: usize) -> (Arc<Hub>, Arc<LocalBus>) {
    let hub = Arc::new(Hub::new(
        encoders(),
        QueueLimits::default(),
        sockets_per_user,
    ));
    (hub.clone(), Arc::new(LocalBus::new(hub)))
}

/// The domain on its adapters.
pub(crate) struct Domain {
    pub(crate) services: Services,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Domain {
    /// Puts it on its adapters, by the operator's rules.
    pub(crate) fn new(
        store: &Store,
        bus: Arc<LocalBus>,
        accounts: Policy,
        messages: whatscrap_messages::Limits,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ids: Arc<dyn Ids> = Arc::new(UuidV7);
        let users = whatscrap_users::Service::new(
            store.users.clone(),
            store.sessions.clone(),
            Arc::new(Argon2id::default()),
            bus.clone(),
            clock.clone(),
            ids.clone(),
            accounts,
        );
        let rooms = whatscrap_rooms::Service::new(
            store.rooms.clone(),
            bus.clone(),
            clock.clone(),
            ids.clone(),
        );
        let messages = whatscrap_messages::Service::new(
            store.messages.clone(),
            bus,
            clock.clone(),
            ids.clone(),
            messages,
        );
        Self {
            services: Services {
                users,
                rooms,
                messages,
            },
            clock,
            ids,
        }
    }
}
