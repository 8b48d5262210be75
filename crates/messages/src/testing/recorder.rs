use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use whatscrap_rooms::RoomId;

use crate::{Bus, Event, Message};

/// How long [`RecordingBus::hears`] waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// A bus that keeps what it is told.
#[derive(Debug, Default)]
pub struct RecordingBus(watch::Sender<Vec<Event>>);

impl RecordingBus {
    /// Everything so far, in order.
    pub fn events(&self) -> Vec<Event> {
        self.0.borrow().clone()
    }

    /// The messages of a room so far, in order.
    pub fn messages(&self, room: RoomId) -> Vec<Arc<Message>> {
        messages(&self.0.borrow(), room)
    }

    /// The messages of a room once there are `count`: a post may be answered before it is told.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn hears(&self, room: RoomId, count: usize) -> Vec<Arc<Message>> {
        let mut events = self.0.subscribe();
        let enough = events.wait_for(|events| messages(events, room).len() >= count);
        let events = tokio::time::timeout(PATIENCE, enough).await;
        let events = events.expect("the messages are told in time");
        messages(&events.expect("the bus is there"), room)
    }
}

fn messages(events: &[Event], room: RoomId) -> Vec<Arc<Message>> {
    let messages = |event: &Event| match event {
        Event::Messages(at, messages) if *at == room => messages.clone(),
        _ => Vec::new(),
    };
    events.iter().flat_map(messages).collect()
}

impl Bus for RecordingBus {
    fn publish(&self, event: Event) {
        self.0.send_modify(|events| events.push(event));
    }
}
