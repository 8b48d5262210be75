//! What is written into the index of a message, and asked of it, in the two dialects.

use std::collections::BTreeMap;

use sea_orm::prelude::Uuid;
use whatscrap_messages::search::{Phrase, SearchQuery};

/// PostgreSQL keeps no position beyond this one, and no more of a word than [`PLACES`].
const LAST: usize = 16_383;
const PLACES: usize = 255;

/// What a message is in, by, and has, as words of their own.
pub(super) fn room(id: Uuid) -> String {
    format!("r{}", id.simple())
}

pub(super) fn author(id: Uuid) -> String {
    format!("u{}", id.simple())
}

pub(super) const FILE: &str = "file";
pub(super) const LINK: &str = "link";

/// A `tsvector` as text. Words have letters and digits alone, so nothing in them has to be escaped;
/// the sign before a key parts it from them.
pub(super) fn vector(words: &[String], keys: &[String]) -> String {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (place, word) in words.iter().enumerate().take(LAST) {
        let places = places.entry(word).or_default();
        if places.len() < PLACES {
            places.push((place + 1).to_string());
        }
    }
    let words = places
        .iter()
        .map(|(word, places)| format!("'{word}':{}", places.join(",")));
    let keys = keys.iter().map(|key| format!("'={key}'"));
    words.chain(keys).collect::<Vec<_>>().join(" ")
}

/// What is asked for of SQLite: each phrase among the words, and one of each choice among the keys.
pub(super) fn matching(query: &SearchQuery, choices: &[Vec<String>]) -> String {
    let phrase = |phrase: &Phrase| {
        let star = if phrase.is_prefix { " *" } else { "" };
        format!("words : \"{}\"{star}", phrase.words.join(" "))
    };
    let choice = |keys: &Vec<String>| {
        let keys: Vec<_> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        format!("keys : ({})", keys.join(" OR "))
    };
    let phrases = query.phrases.iter().map(phrase);
    phrases
        .chain(choices.iter().map(choice))
        .collect::<Vec<_>>()
        .join(" AND ")
}

/// The same as a `tsquery`.
pub(super) fn asking(query: &SearchQuery, choices: &[Vec<String>]) -> String {
    let phrase = |phrase: &Phrase| {
        let words: Vec<_> = phrase
            .words
            .iter()
            .map(|word| format!("'{word}'"))
            .collect();
        let star = if phrase.is_prefix { ":*" } else { "" };
        format!("({}{star})", words.join(" <-> "))
    };
    let choice = |keys: &Vec<String>| {
        let keys: Vec<_> = keys.iter().map(|key| format!("'={key}'")).collect();
        format!("({})", keys.join(" | "))
    };
    let phrases = query.phrases.iter().map(phrase);
    phrases
        .chain(choices.iter().map(choice))
        .collect::<Vec<_>>()
        .join(" & ")
}
