//! Finding what was said: what a query means, what a text's words are, and what is shown of a hit.
//!
//! An adapter of [`Search`] keeps an index of [`words`]; what it finds is compared once more with
//! the text, so that every adapter finds the same.

mod ports;
mod query;
mod service;
mod snippet;
mod words;

#[cfg(any(test, feature = "testing"))]
pub use ports::MockSearch;
pub use ports::{Matches, Search};
pub use query::{Phrase, SearchQuery, SearchQueryError, folded};
pub use service::{Found, Hit, Service};
pub use snippet::{Part, Snippet};
pub use words::{Token, tokens, words};

/// Whether a text has a web address in it.
pub fn has_link(text: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.contains(scheme))
}
