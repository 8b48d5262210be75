//! What tests of this crate, of its adapters and of its callers share: fixtures, ports in
//! memory, and the facts that every adapter of [`Users`](crate::Users) and
//! [`Sessions`](crate::Sessions) is held to ([`crate::contract!`]).

mod contract;
mod fixtures;
mod hasher;
mod recorder;
mod store;

pub use crate::ports::MockUsers;
pub use contract::facts;
pub use fixtures::{founder, login, new_session, new_user, now, stored};
pub use hasher::FakeHasher;
pub use recorder::RecordingEvents;
pub use store::FakeStore;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Sessions, Settings, Users};

    #[expect(clippy::unused_async, reason = "other stores take time to open")]
    async fn in_memory() -> Option<(Arc<dyn Users>, Arc<dyn Sessions>, ())> {
        let store = Arc::new(FakeStore::default());
        Some((store.clone(), store, ()))
    }

    crate::contract!(fake_store, in_memory());

    #[expect(clippy::unused_async, reason = "other stores take time to open")]
    async fn settings() -> Option<(Arc<dyn Settings>, ())> {
        Some((Arc::new(FakeStore::default()), ()))
    }

    crate::settings_contract!(fake_settings, settings());
}
