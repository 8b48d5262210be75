//! What the ports promise, as facts that every adapter is tried against.

#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod accounts;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod avatars;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod directory;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod preferences;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod sessions;
#[expect(
    missing_docs,
    clippy::unwrap_used,
    reason = "facts are tests, and their names say it"
)]
mod settings;

/// Each fact takes the ports of a store of its own, without any account.
pub mod facts {
    pub use super::accounts::*;
    pub use super::avatars::*;
    pub use super::directory::*;
    pub use super::preferences::*;
    pub use super::sessions::*;
    pub use super::settings::*;
}

/// Tries an adapter against every fact: a module with a test for each.
///
/// The expression is evaluated for each test, next to this macro's call. It gives a future of
/// `Option<(Arc<dyn Users>, Arc<dyn Sessions>, guard)>`: a store without accounts and whatever
/// must live as long as it, or `None` where this machine cannot try the adapter.
///
/// ```ignore
/// whatscrap_users::contract!(sqlite, open_sqlite());
/// ```
#[macro_export]
macro_rules! contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::contract! { @each $store =>
                of_many_first_accounts_one_founds_the_server
                a_founded_server_is_not_founded_again
                a_later_account_needs_a_founder
                a_username_is_taken_once
                of_many_accounts_of_one_name_one_is_made
                a_name_that_looks_like_another_is_taken
                a_refused_account_leaves_nothing
                an_account_is_read_back_as_it_was_made
                nobody_is_found_by_an_unknown_id_or_name
                a_password_is_replaced_only_if_it_is_still_the_old_one
                of_many_new_passwords_one_replaces_the_old
                a_profile_changes_only_where_it_is_told_to
                an_unknown_profile_is_not_changed
                an_avatar_is_replaced_and_the_one_before_is_named
                of_many_new_avatars_each_is_before_another_once
                preferences_begin_as_the_defaults_and_change_field_by_field
                of_many_changes_of_preferences_none_undoes_another
                a_login_carries_its_preferences
                accounts_are_found_together_with_what_their_owners_prefer
                a_status_ends_once
                the_directory_is_in_the_order_of_usernames_and_bounded
                the_order_of_usernames_is_that_of_their_characters
                the_directory_finds_what_begins_so_in_either_name
                the_directory_folds_case_beyond_ascii
                the_directory_takes_every_sign_as_it_is
                a_session_is_found_by_its_secret_with_its_account
                a_token_is_read_back_with_its_name
                an_unknown_secret_finds_nobody
                an_expired_session_is_still_found
                a_session_shows_its_account_as_it_is_now
                use_moves_a_session_forward_and_never_backward
                touching_a_session_that_ended_does_nothing
                sessions_are_listed_latest_used_first_without_the_expired
                of_many_sessions_those_that_stand_are_named
                a_session_is_ended_once_and_only_by_its_own_account
                of_many_ends_of_one_session_one_ended_it
                ending_the_others_keeps_one_and_names_the_rest
                ending_all_keeps_none
                pruning_forgets_what_ended_and_nothing_else
            }
        }
    };
    (@each $store:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((users, sessions, _guard)) = $store.await else { return };
            $crate::testing::facts::$fact(users, sessions).await;
        }
    )+};
}

/// As [`contract!`](crate::contract), for [`Settings`](crate::Settings): the expression gives a
/// future of `Option<(Arc<dyn Settings>, guard)>`.
#[macro_export]
macro_rules! settings_contract {
    ($name:ident, $store:expr) => {
        mod $name {
            use super::*;

            $crate::settings_contract! { @each $store =>
                the_accent_is_the_one_that_was_chosen_last
                of_many_choices_of_an_accent_one_holds
            }
        }
    };
    (@each $store:expr => $($fact:ident)+) => {$(
        #[tokio::test]
        async fn $fact() {
            let Some((settings, _guard)) = $store.await else { return };
            $crate::testing::facts::$fact(settings).await;
        }
    )+};
}
