//! The statements of a group, in the two dialects. Each takes all of the group as one JSON
//! document, so that it is the same text, and prepared once, for groups of every size.

use std::ops::Range;

mod postgres;
mod sqlite;

pub(super) use postgres::POSTGRES;
pub(super) use sqlite::SQLITE;

/// What a group asks of the database.
pub(super) struct Sql {
    /// Finds, in this order: as `room`, the rooms of `[id]`, kept from changing until the
    /// transaction ends; as `author`, who of `[[room, author]]` is in the room; as `earlier`, what
    /// was posted before of `[[room, author, client_id]]`. Each names which of these it takes.
    pub(super) reads: &'static [(&'static str, Range<usize>)],
    /// The members of `[[room, username]]`.
    pub(super) named: &'static str,
    /// The members of the rooms of `[id]`, but of none with more than a thousand.
    pub(super) members: &'static str,
    /// Who reacts so, of `[[message, emoji]]`: of each the first `$2`, in order.
    pub(super) reactions: &'static str,
    /// Who reacts so, of `[[message, emoji, user]]`.
    pub(super) reactors: &'static str,
    /// Stores `$1` `[[room, last_seq, version]]`, `$2` `[[room, author, seq]]` and `$3`
    /// `[[id, room, seq, version, author, client_id, body, content, created_at, mentions?, html?,
    /// renderer?, reply_to?, attachments?]]`.
    pub(super) write: &'static str,
    /// Stores `[[id, version, body, html, renderer, mentions, attachments, reactions, edited_at,
    /// deleted_at]]` of messages that are there.
    pub(super) rewrite: &'static str,
    /// Stores `[[id, version, reactions]]` of messages that are there.
    pub(super) restate: &'static str,
    /// Withdraws whom the messages of `[id]` address.
    pub(super) unaddress: &'static str,
    /// Stores who is addressed, `[[addressee, room, seq, author, id]]`.
    pub(super) address: &'static str,
    /// Takes back reactions, `[[message, emoji, user]]`.
    pub(super) unreact: &'static str,
    /// Stores reactions, `[[message, emoji, version, user]]`.
    pub(super) react: &'static str,
    /// Stores what messages said before, `[[message, version, body, said_at]]`.
    pub(super) replace: &'static str,
    /// Removes what is kept of the messages of `[id]` beside their rows.
    pub(super) forget: &'static str,
    /// The files of `[id]` that may still be sent, kept from changing until the transaction ends.
    pub(super) files: &'static str,
    /// Gives files to messages, `[[id, message, room]]`.
    pub(super) take: &'static str,
    /// Discards the files of messages, `[[message, discarded_at]]`.
    pub(super) discard: &'static str,
}
