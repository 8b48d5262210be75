//! What tests of this crate, of its adapters and of its callers share: fixtures, the port in
//! memory, and the facts that every adapter of [`Rooms`](crate::Rooms) is held to
//! ([`crate::contract!`]).

mod contract;
mod fake;
mod fixtures;

pub use crate::invites::MockInvites;
pub use crate::ports::MockRooms;
pub use contract::{InvitePorts, facts};
pub use fake::{FakeRooms, Kept, Place};
pub use fixtures::{member, new_direct, new_private_room, new_room};

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use whatscrap_users::Users;
    use whatscrap_users::testing::FakeStore;

    use super::*;
    use crate::Rooms;

    #[expect(clippy::unused_async, reason = "other stores take time to open")]
    async fn in_memory() -> Option<(Arc<dyn Users>, Arc<dyn Rooms>, ())> {
        let users: Arc<dyn Users> = Arc::new(FakeStore::default());
        let rooms = Arc::new(FakeRooms::new(Arc::clone(&users)));
        Some((users, rooms, ()))
    }

    crate::contract!(fake_rooms, in_memory());
}
