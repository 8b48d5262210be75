use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_messages::{Bus, Event};
use whatscrap_rooms::{RoomEvent, RoomEvents};
use whatscrap_users::{UserEvent, UserEvents};

use crate::Hub;
use crate::notifier::Feed;

/// The bus of a server that is alone: every event goes straight to this node's hub, and then to
/// whoever tells people on their devices.
#[derive(Debug, Clone)]
pub struct LocalBus {
    hub: Arc<Hub>,
    feed: Feed,
}

impl LocalBus {
    /// Brings events to this hub and to the notifier.
    pub fn new(hub: Arc<Hub>, feed: Feed) -> Self {
        Self { hub, feed }
    }

    fn tell(&self, event: &Event) {
        self.hub.deliver(event);
        self.feed.take(event);
    }
}

#[async_trait]
impl Bus for LocalBus {
    async fn ready(&self) {
        self.hub.ready().await;
    }

    fn publish(&self, event: Event) {
        self.tell(&event);
    }
}

impl RoomEvents for LocalBus {
    fn publish(&self, event: RoomEvent) {
        self.tell(&Event::Room(event));
    }
}

impl UserEvents for LocalBus {
    fn publish(&self, event: UserEvent) {
        self.tell(&Event::User(event));
    }
}
