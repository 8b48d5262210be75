use std::sync::{Mutex, PoisonError};

use crate::{UserEvent, UserEvents};

/// Remembers what was told.
#[derive(Debug, Default)]
pub struct RecordingEvents(Mutex<Vec<UserEvent>>);

impl RecordingEvents {
    /// What was told since this was last asked, in its order.
    pub fn take(&self) -> Vec<UserEvent> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl UserEvents for RecordingEvents {
    fn publish(&self, event: UserEvent) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event);
    }
}
