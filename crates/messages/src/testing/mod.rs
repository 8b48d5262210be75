//! What tests of this crate, of its adapters and of its callers share: fixtures, the ports in
//! memory, and the facts that every adapter of [`Messages`](crate::Messages) is held to
//! ([`crate::contract!`]).

pub mod attachments;
mod attention;
mod contract;
mod ether;
mod fake;
mod fixtures;
pub mod notify;
mod recorder;

pub use crate::ports::{MockAttention, MockMessages};
pub use attention::FakeAttention;
pub use contract::{Nodes, Ports, facts};
pub use ether::{Ether, EtherCarrier};
pub use fake::FakeMessages;
pub use fixtures::{delete, edit, new_message, posted, react};
pub use recorder::RecordingBus;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use whatscrap_rooms::testing::FakeRooms;
    use whatscrap_users::Users;
    use whatscrap_users::testing::FakeStore;

    use super::*;
    use crate::{Attention, Bus};

    #[expect(clippy::unused_async, reason = "other stores take time to open")]
    async fn in_memory() -> Option<(Ports, ())> {
        let users: Arc<dyn Users> = Arc::new(FakeStore::default());
        let rooms = Arc::new(FakeRooms::new(Arc::clone(&users)));
        let bus = Arc::new(RecordingBus::default());
        let told: Arc<dyn Bus> = Arc::clone(&bus) as _;
        let attention = Arc::new(FakeAttention::default());
        let there: Arc<dyn Attention> = Arc::clone(&attention) as _;
        let messages = FakeMessages::new(Arc::clone(&users), Arc::clone(&rooms), told, there);
        let messages = Arc::new(messages);
        let ports = Ports {
            users,
            rooms,
            messages,
            bus,
            attention,
        };
        Some((ports, ()))
    }

    crate::contract!(fake_messages, in_memory());

    #[expect(clippy::unused_async, reason = "other carriers take time to open")]
    async fn ether() -> Option<(Nodes, Ether)> {
        let ether = Ether::default();
        Some(([ether.node(), ether.node()], ether))
    }

    crate::carrier_contract!(the_ether, ether());
}
