use std::ops::Deref;
use std::sync::Arc;

use whatscrap_messages::{Bus, Event};
use whatscrap_rooms::{RoomEvent, RoomEvents};
use whatscrap_users::{UserEvent, UserEvents};

use crate::Hub;

/// The bus of a server that is alone: every event goes straight to this node's hub.
#[derive(Debug, Clone)]
pub struct LocalBus<F>(Arc<Hub<F>>);

impl<F> LocalBus<F> {
    /// Brings events to this hub.
    pub fn new(hub: Arc<Hub<F>>) -> Self {
        Self(hub)
    }
}

impl<F: Deref<Target = str> + Clone + Send + Sync> Bus for LocalBus<F> {
    fn publish(&self, event: Event) {
        self.0.deliver(&event);
    }
}

impl<F: Deref<Target = str> + Clone + Send + Sync> RoomEvents for LocalBus<F> {
    fn publish(&self, event: RoomEvent) {
        self.0.deliver(&Event::Room(event));
    }
}

impl<F: Deref<Target = str> + Clone + Send + Sync> UserEvents for LocalBus<F> {
    fn publish(&self, event: UserEvent) {
        self.0.deliver(&Event::User(event));
    }
}
