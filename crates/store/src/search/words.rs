//! What is written into the index of a message, and asked of it, in the two dialects.

use std::collections::BTreeMap;

use sea_orm::prelude::Uuid;
use whatscrap_messages::search::Phrase;

/// PostgreSQL keeps no more places of a word.
const PLACES: usize = 255;
/// Has a word more often than in so many places: where it stands with others is not known.
const REPETITIVE: &str = "many";

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
    for (place, word) in words.iter().enumerate() {
        let places = places.entry(word).or_default();
        places.push((place + 1).to_string());
    }
    let is_repetitive = places.values().any(|places| places.len() > PLACES);
    let words = places.iter().map(|(word, places)| {
        let kept = &places[..places.len().min(PLACES)];
        format!("'{word}':{}", kept.join(","))
    });
    let keys = keys.iter().map(String::as_str);
    let keys = keys.chain(is_repetitive.then_some(REPETITIVE));
    let keys = keys.map(|key| format!("'={key}'"));
    words.chain(keys).collect::<Vec<_>>().join(" ")
}

/// What is asked for of SQLite: each phrase among the words, and one of each choice among the keys.
pub(super) fn matching(phrases: &[Phrase], choices: &[Vec<String>]) -> String {
    let phrase = |phrase: &Phrase| {
        let star = if phrase.is_prefix { " *" } else { "" };
        format!("words : \"{}\"{star}", phrase.words.join(" "))
    };
    let choice = |keys: &Vec<String>| {
        let keys: Vec<_> = keys.iter().map(|key| format!("\"{key}\"")).collect();
        format!("keys : ({})", keys.join(" OR "))
    };
    let phrases = phrases.iter().map(phrase);
    phrases
        .chain(choices.iter().map(choice))
        .collect::<Vec<_>>()
        .join(" AND ")
}

/// The same as a `tsquery`, empty if nothing is asked for. A phrase may be anywhere in a repetitive text that has its words: a look
/// at the text itself decides.
pub(super) fn asking(phrases: &[Phrase], choices: &[Vec<String>]) -> String {
    let phrase = |phrase: &Phrase| {
        let words: Vec<_> = phrase
            .words
            .iter()
            .map(|word| format!("'{word}'"))
            .collect();
        let star = if phrase.is_prefix { ":*" } else { "" };
        let together = format!("({}{star})", words.join(" <-> "));
        if words.len() == 1 {
            return together;
        }
        let apart = words.join(" & ");
        format!("({together} | '={REPETITIVE}' & {apart}{star})")
    };
    let choice = |keys: &Vec<String>| {
        let keys: Vec<_> = keys.iter().map(|key| format!("'={key}'")).collect();
        format!("({})", keys.join(" | "))
    };
    let phrases = phrases.iter().map(phrase);
    phrases
        .chain(choices.iter().map(choice))
        .collect::<Vec<_>>()
        .join(" & ")
}
