//! What the port of [`crate::attachments`] promises, as facts that every adapter is tried against.

mod fake;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod rows;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod sending;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use whatscrap_kernel::Uuid;
use whatscrap_rooms::Rooms;
use whatscrap_users::testing::{founder, now};
use whatscrap_users::{UserId, Users};

use crate::attachments::NewAttachment;
use crate::{Attachment, AttachmentId, Attachments, Messages};

pub use crate::attachments::MockImages;
pub use fake::FakeAttachments;

/// Each fact takes an empty store.
pub mod facts {
    pub use super::rows::*;
    pub use super::sending::*;
}

/// Tries an adapter against every fact; like [`contract!`](crate::contract!), with
/// [`Ports`](crate::testing::attachments::Ports).
#[macro_export]
macro_rules! attachments_contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::attachments_contract! { @each $store =>
                a_file_is_read_back_as_it_was_noted
                a_file_is_found_once_it_is_confirmed
                files_fill_what_their_owner_may_and_no_more
                of_many_at_once_no_more_are_noted_than_fit
                a_small_file_counts_as_much_as_it_takes
                an_owner_describes_a_file
                an_owner_discards_a_file
                what_is_unused_is_discarded_in_time
                what_is_discarded_is_forgotten_once
                known_are_those_with_a_row
                a_message_takes_its_files_in_their_order
                a_file_that_is_not_ones_own_and_unused_is_not_sent
                of_many_messages_that_carry_one_file_one_has_it
                what_is_sent_is_its_messages
                a_deleted_messages_files_are_discarded
            }
        }
    };
    (@each $store:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((ports, _guard)) = $store.await else { return };
            $crate::testing::attachments::facts::$fact(ports).await;
        }
    )+};
}

/// What a fact works with.
#[derive(Clone)]
pub struct Ports {
    /// The accounts, none yet.
    pub users: Arc<dyn Users>,
    /// The rooms, none yet.
    pub rooms: Arc<dyn Rooms>,
    /// The messages, none yet.
    pub messages: Arc<dyn Messages>,
    /// What is tried.
    pub attachments: Arc<dyn Attachments>,
}

#[expect(clippy::unwrap_used, reason = "facts are tests")]
impl Ports {
    async fn ada(&self) -> UserId {
        let ada = founder("ada");
        let id = ada.user.id;
        self.users.create(ada).await.unwrap();
        id
    }
}

/// A file of this size with an id of its own, not yet noted.
pub fn new_attachment(owner: UserId, size: u64) -> NewAttachment {
    // An id that no other fixture of this process has.
    static LAST: AtomicU64 = AtomicU64::new(1 << 35);
    let id = Uuid::from_u64_pair(0, LAST.fetch_add(1, Ordering::Relaxed));
    NewAttachment {
        attachment: Attachment {
            id: AttachmentId(id),
            name: "plan “B”.png".to_owned(),
            kind: "image/png".to_owned(),
            size,
            width: Some(640),
            height: Some(480),
            has_thumbnail: true,
            alt: None,
        },
        owner,
        created_at: now(),
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_rooms::testing::FakeRooms;
    use whatscrap_users::testing::FakeStore;

    use super::*;
    use crate::testing::{FakeAttention, FakeMessages, RecordingBus};

    #[expect(clippy::unused_async, reason = "other stores take time to open")]
    async fn in_memory() -> Option<(Ports, ())> {
        let users: Arc<dyn Users> = Arc::new(FakeStore::default());
        let rooms = Arc::new(FakeRooms::new(Arc::clone(&users)));
        let (bus, attention) = (RecordingBus::default(), FakeAttention::default());
        let (users_too, rooms_too) = (Arc::clone(&users), Arc::clone(&rooms));
        let messages = FakeMessages::new(users_too, rooms_too, Arc::new(bus), Arc::new(attention));
        let attachments = Arc::clone(&messages.attachments);
        let ports = Ports {
            users,
            rooms,
            messages: Arc::new(messages),
            attachments,
        };
        Some((ports, ()))
    }

    crate::attachments_contract!(fake_attachments, in_memory());
}
