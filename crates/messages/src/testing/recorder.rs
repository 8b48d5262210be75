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
        let messages = |event| match event {
            Event::Messages(at, messages) if at == room => messages,
            _ => Vec::new(),
        };
        self.events().into_iter().flat_map(messages).collect()
    }
}

impl Bus for RecordingBus {
    fn publish(&self, event: Event) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(event);
    }
}
