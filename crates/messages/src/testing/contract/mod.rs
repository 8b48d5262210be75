//! What the port promises, as facts that every adapter is tried against.

#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod carriers;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod changes;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod marks;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod mentions;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod pages;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod posts;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod reactions;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod replies;

/// Each fact takes an empty store.
pub mod facts {
    pub use super::carriers::*;
    pub use super::changes::*;
    pub use super::marks::*;
    pub use super::mentions::*;
    pub use super::pages::*;
    pub use super::posts::*;
    pub use super::reactions::*;
    pub use super::replies::*;
}

pub use carriers::Nodes;

/// Tries a carrier against every fact: a module with a test for each.
///
/// The expression is evaluated for each test, next to this macro's call. It gives a future of
/// `Option<(Nodes, guard)>`: two nodes that were just joined and whatever must live as long as they,
/// or `None` where this machine cannot try the carrier.
#[macro_export]
macro_rules! carrier_contract {
    ($name:ident, $nodes:expr) => {
        mod $name {
            use super::*;

            $crate::carrier_contract! { @each $nodes =>
                what_is_said_to_all_is_heard_by_every_node_in_its_order
                a_room_is_heard_from_the_moment_that_is_told
                a_room_that_is_left_is_not_heard
                a_long_head_arrives_whole
            }
        }
    };
    (@each $nodes:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((nodes, _guard)) = $nodes.await else { return };
            $crate::testing::facts::$fact(nodes).await;
        }
    )+};
}

/// Tries an adapter against every fact: a module with a test for each.
///
/// The expression is evaluated for each test, next to this macro's call. It gives a future of
/// `Option<(Ports, guard)>`: the [`Ports`](crate::testing::Ports) of an empty store and whatever
/// must live as long as it, or `None` where this machine cannot try the adapter.
///
/// ```ignore
/// whatscrap_messages::contract!(sqlite, open_sqlite());
/// ```
#[macro_export]
macro_rules! contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::contract! { @each $store =>
                a_message_is_read_back_as_it_was_posted
                positions_and_versions_run_without_a_hole
                many_writers_leave_no_hole
                posts_of_one_task_keep_their_order
                a_retry_is_the_first_result_again
                of_many_retries_at_once_one_is_new
                a_client_id_belongs_to_one_author_in_one_room
                a_client_id_is_not_used_for_another_content
                refused_posts_leave_no_hole
                outsiders_do_not_post
                nothing_is_posted_in_an_archived_room
                a_new_message_is_told_once_and_in_the_order_of_versions
                a_message_shows_its_author_as_they_are_now
                an_edit_is_what_a_message_says_from_there_on
                of_a_deleted_message_only_its_place_remains
                what_changes_nothing_takes_no_version
                authors_edit_and_they_and_who_keeps_order_delete
                outsiders_change_nothing
                what_is_deleted_is_neither_edited_nor_reacted_to
                nothing_changes_in_an_archived_room
                authors_change_what_they_posted_within_the_window
                a_retry_after_an_edit_or_a_deletion_is_a_duplicate
                mentions_come_and_go_with_edits
                whom_an_edit_names_is_told_apart
                what_a_message_said_before_is_kept_in_order
                several_changes_of_one_message_follow_one_another
                many_changes_at_once_leave_no_hole
                reactions_are_counted_and_named_in_order
                the_first_fifty_are_named_and_all_are_counted
                a_message_has_twenty_different_reactions
                fifty_who_react_at_once_are_fifty
                a_reply_quotes_its_parent_as_that_stands_now
                only_what_is_here_is_answered
                the_newest_page_ends_at_the_newest_message
                pages_before_a_position_end_there
                pages_after_a_position_begin_there
                a_page_around_a_position_holds_it
                a_room_without_messages_has_empty_pages
                pages_hold_one_room_alone
                changes_are_read_in_turns_up_to_the_newest
                a_version_yet_to_come_has_no_changes
                posting_moves_the_authors_pointer
                others_messages_are_unread
                who_joins_begins_at_the_newest_message
                a_pointer_moves_forward_only_to_what_is_there
                a_pointer_is_put_back_to_exactly_there
                ones_own_messages_are_never_unread
                a_room_is_small_up_to_twenty_members
                who_is_not_in_has_no_pointer
                who_shows_how_far_they_have_read_is_seen
                heads_follow_the_room
                only_members_are_named
                who_is_named_counts_it_until_they_have_read_it
                naming_oneself_counts_for_nobody
                the_room_is_everyone_in_it_once
                here_is_who_is_there
                everything_that_names_one_is_read_newest_first
                many_who_post_at_once_name_whom_they_mean
                the_epoch_stays
            }
        }
    };
    (@each $store:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((ports, _guard)) = $store.await else { return };
            $crate::testing::facts::$fact(ports).await;
        }
    )+};
}

use std::sync::Arc;

use whatscrap_rooms::testing::new_room;
use whatscrap_rooms::{Role, RoomId, Rooms};
use whatscrap_users::testing::{founder, new_user, now};
use whatscrap_users::{UserId, Users};

use crate::testing::{FakeAttention, RecordingBus, new_message};
use crate::{Message, Messages};

/// What a fact works with: a store, and the bus that it tells.
#[derive(Clone)]
pub struct Ports {
    /// The accounts, none yet.
    pub users: Arc<dyn Users>,
    /// The rooms, none yet.
    pub rooms: Arc<dyn Rooms>,
    /// What is tried.
    pub messages: Arc<dyn Messages>,
    /// What the adapter publishes to.
    pub bus: Arc<RecordingBus>,
    /// Whom the adapter takes to be there.
    pub attention: Arc<FakeAttention>,
}

#[expect(clippy::unwrap_used, reason = "facts are tests")]
impl Ports {
    /// A room of `ada`, with `ben` in it.
    async fn room_of_two(&self) -> (RoomId, UserId, UserId) {
        let (ada, ben) = (founder("ada"), new_user("ben"));
        let (owner, member) = (ada.user.id, ben.user.id);
        self.users.create(ada).await.unwrap();
        self.users.create(ben).await.unwrap();
        let room = self.room("plans", owner).await;
        self.join(room, member).await;
        (room, owner, member)
    }

    async fn room(&self, name: &str, owner: UserId) -> RoomId {
        let new = new_room(name, owner);
        self.rooms.create(&new).await.unwrap();
        new.room.id
    }

    async fn join(&self, room: RoomId, user: UserId) {
        self.rooms
            .join(room, user, Role::Member, now())
            .await
            .unwrap();
    }

    async fn post(&self, room: RoomId, author: UserId) -> Arc<Message> {
        let message = new_message(room, author, "hello");
        self.messages.post(message).await.unwrap().message
    }

    /// Posts until there are `count` more.
    async fn fill(&self, room: RoomId, author: UserId, count: usize) {
        for _ in 0..count {
            self.post(room, author).await;
        }
    }
}
