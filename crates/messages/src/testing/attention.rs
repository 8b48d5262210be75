use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::Attention;

/// Says of people what a test told it. At first nobody is there.
#[derive(Debug, Default)]
pub struct FakeAttention(Mutex<HashMap<UserId, Option<RoomId>>>);

impl FakeAttention {
    /// The person is there, and looks at this room or at none.
    pub fn arrives(&self, user: UserId, looking_at: Option<RoomId>) {
        self.people().insert(user, looking_at);
    }

    /// The person is gone.
    pub fn leaves(&self, user: UserId) {
        self.people().remove(&user);
    }

    fn people(&self) -> MutexGuard<'_, HashMap<UserId, Option<RoomId>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attention for FakeAttention {
    fn is_online(&self, user: UserId) -> bool {
        self.people().contains_key(&user)
    }

    fn looks_at(&self, user: UserId, room: RoomId) -> bool {
        self.people().get(&user) == Some(&Some(room))
    }
}
