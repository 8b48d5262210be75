//! What people type in chats, as HTML that is safe to show: a pure function of the text.
//!
//! [`render`] makes HTML of a body with markup in it, once, when it is posted; most bodies have
//! none, and [`plain`] escapes them whenever they are shown. In both, what may be a mention is only
//! marked; [`resolve`] finishes it when it is known who is named. [`text`] and [`excerpt`] say
//! the same without markup.
#![deny(missing_docs)]

mod clean;
mod emoji;
mod events;
mod excerpt;
mod guard;
mod inline;
mod links;
mod mentions;
mod paragraphs;
mod tags;
#[cfg(test)]
mod tests;
mod writer;

use std::ops::Range;

pub use excerpt::{excerpt, text};
pub use mentions::{names, resolve};
pub use paragraphs::plain;

/// The version of what [`render`] makes: HTML of another one is made again from the body.
pub const RENDERER: u16 = 1;

/// Finds the names in running text, in order, their sign `@` included.
pub type Names = fn(&str) -> Vec<Range<usize>>;

/// A body as clean HTML; `None` if [`plain`] shows it as well: it has no markup, or nests it more
/// deeply than anybody means.
pub fn render(body: &str, names: Names) -> Option<String> {
    if paragraphs::is_plain(body) {
        return None;
    }
    let html = events::html(body, names)?;
    Some(clean::clean(&html))
}
