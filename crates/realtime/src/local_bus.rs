use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_messages::{Bus, Event};
use whatscrap_rooms::{RoomEvent, RoomEvents};
use whatscrap_users::{UserEvent, UserEvents};

use crate::Hub;

/// The bus of a server that is alone: every event goes straight to this node's hub.
#[derive(Debug, Clone)]
pub struct LocalBus(Arc<Hub>);

impl LocalBus {
    /// Brings events to this hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self(hub)
    }

    /// The hub that it brings events to.
    pub fn hub(&self) -> Arc<Hub> {
        Arc::clone(&self.0)
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn ready(&self) {
        self.0.ready().await;
    }

    fn publish(&self, event: Event) {
        self.0.deliver(&event);
    }
}

impl RoomEvents for LocalBus {
    fn publish(&self, event: RoomEvent) {
        self.0.deliver(&Event::Room(event));
    }
}

impl UserEvents for LocalBus {
    fn publish(&self, event: UserEvent) {
        self.0.deliver(&Event::User(event));
    }
}
