//! What the port promises, as facts that every adapter is tried against.

#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod direct;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod invites;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod lists;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod places;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod rooms;

/// Each fact takes the ports of a store of its own, without any account or room.
pub mod facts {
    pub use super::direct::*;
    pub use super::invites::*;
    pub use super::lists::*;
    pub use super::places::*;
    pub use super::rooms::*;
}

pub use invites::Ports as InvitePorts;

/// Tries an adapter against every fact: a module with a test for each.
///
/// The expression is evaluated for each test, next to this macro's call. It gives a future of
/// `Option<(Arc<dyn Users>, Arc<dyn Rooms>, guard)>`: an empty store and whatever must live as
/// long as it, or `None` where this machine cannot try the adapter.
///
/// ```ignore
/// whatscrap_rooms::contract!(sqlite, open_sqlite());
/// ```
#[macro_export]
macro_rules! contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::contract! { @each $store =>
                a_room_is_read_back_as_it_was_made
                an_unknown_room_is_nobodys
                a_public_name_is_taken_whatever_its_case
                of_many_rooms_of_one_name_one_is_made
                private_rooms_share_names
                a_refused_room_leaves_nothing
                an_archived_room_keeps_its_name
                a_change_leaves_what_it_does_not_name
                a_room_may_change_the_case_of_its_own_name
                a_taken_name_is_not_changed_to
                a_private_room_may_change_to_any_name
                neither_archived_nor_unknown_rooms_change
                a_room_is_archived_once
                joining_again_changes_nothing
                of_many_joins_one_is_new
                a_room_is_counted_up_to_a_number
                of_many_people_those_inside_are_named
                who_returns_is_new_again
                nobody_new_enters_an_archived_room
                neither_unknown_rooms_nor_unknown_people_are_joined
                the_last_owner_stays_while_others_do
                the_last_of_all_may_leave
                of_two_owners_who_leave_at_once_one_stays
                a_role_is_given_and_taken
                the_only_owner_keeps_the_role
                who_is_not_in_has_no_place_to_change
                a_level_is_kept_for_each_place
                where_nothing_was_chosen_the_usual_level_holds
                my_rooms_are_in_the_order_of_their_folded_names
                my_place_is_mine_alone
                heads_name_every_room_of_mine
                every_room_of_many_people_is_named
                of_many_rooms_those_that_are_there_say_how_far_they_have_come
                rooms_to_join_are_public_open_and_not_mine
                rooms_to_join_are_paged_by_folded_name
                members_are_paged_by_username
                the_same_people_have_one_room
                of_fifty_who_want_one_room_one_makes_it
                a_direct_room_is_called_by_the_others
                direct_rooms_stand_among_my_rooms_by_their_names
                a_direct_room_is_nobody_elses
                nobody_has_a_room_with_nobody
                members_are_found_by_what_either_name_begins_with
            }
        }
    };
    (@each $store:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((users, rooms, _guard)) = $store.await else { return };
            $crate::testing::facts::$fact(users, rooms).await;
        }
    )+};
}

/// As [`contract!`](crate::contract), for [`Invites`](crate::Invites): the expression gives a future
/// of `Option<(InvitePorts, guard)>`.
#[macro_export]
macro_rules! invites_contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::invites_contract! { @each $store =>
                an_invitation_is_read_back_as_it_was_made
                a_list_holds_what_is_open_of_one_maker_or_of_all
                of_fifty_who_accept_at_once_as_many_come_in_as_it_has_uses
                of_fifty_who_register_at_once_as_many_come_in_as_it_has_uses
                who_is_in_uses_nothing_up
                an_invitation_ends
                an_invitation_holds_as_long_as_its_maker_may_invite
                an_account_needs_its_invitation_only_where_it_is_required
                a_taken_name_uses_nothing_up
                nobody_has_invitations_without_end
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

use whatscrap_users::testing::{founder, new_user};
use whatscrap_users::{UserId, Users};

use crate::testing::{new_private_room, new_room};
use crate::{NewRoom, Room, Rooms};

/// Accounts of these names; the first founds the server.
#[expect(clippy::unwrap_used, reason = "facts are tests")]
async fn people<const N: usize>(users: &Arc<dyn Users>, names: [&str; N]) -> [UserId; N] {
    let mut people = [UserId(whatscrap_kernel::Uuid::nil()); N];
    for (person, name) in people.iter_mut().zip(names) {
        let new = if users.founded().await.unwrap() {
            new_user(name)
        } else {
            founder(name)
        };
        *person = new.user.id;
        users.create(new).await.unwrap();
    }
    people
}

async fn public(rooms: &Arc<dyn Rooms>, name: &str, owner: UserId) -> Room {
    made(rooms, new_room(name, owner)).await
}

async fn private(rooms: &Arc<dyn Rooms>, name: &str, owner: UserId) -> Room {
    made(rooms, new_private_room(name, owner)).await
}

#[expect(clippy::unwrap_used, reason = "facts are tests")]
async fn made(rooms: &Arc<dyn Rooms>, new: NewRoom) -> Room {
    rooms.create(&new).await.unwrap();
    new.room
}
