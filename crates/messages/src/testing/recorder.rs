use std::sync::{Arc, Mutex, PoisonError};

use whatscrap_rooms::RoomId;

use crate::{Bus, Event, Message};

/// A bus that keeps what it is told.
#[derive(Debug, Default)]
pub struct RecordingBus(Mutex<Vec<Event>>);

impl RecordingBus {
    /// Everything so far, in order.
    pub fn events(&self) -> Vec<Event> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.clone()
    }

    /// The messages of a room so far, in order.
    pub fn messages(&self, room: RoomId) -> Vec<Arc<Message>> {
        let message = |event| match event {
            Event::Message(message) if message.room == room => Some(message),
            _ => None,
        };
        self.events().into_iter().filter_map(message).collect()
    }
}

impl Bus for RecordingBus {
    fn publish(&self, event: Event) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
    }
}
