//! The rows, and how they become what the domain speaks of.

pub(crate) mod attachments;
pub(crate) mod invite;
pub(crate) mod membership;
pub(crate) mod mentions;
pub(crate) mod reactions;
pub(crate) mod room;
pub(crate) mod session;
pub(crate) mod user;
mod words;

pub(crate) use words::Word;

/// Counters are never negative; the databases know only signed numbers.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Positions beyond what a database can hold lie after every row.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
