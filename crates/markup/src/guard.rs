//! Web addresses and names hold `_` and other signs that mean themselves there, and so do 3*4*5 and
//! ¯\_(ツ)_/¯. The parser knows none of them: it is shown other characters in their stead, which no
//! text has.

use std::borrow::Cow;
use std::ops::Range;

use crate::{Names, links};

const SHRUG: &str = r"¯\_(ツ)_/¯";
/// Each sign and its stand-in, one of the characters that Unicode keeps for such uses.
const GUARDS: [(char, char); 4] = [
    ('*', '\u{FDD0}'),
    ('_', '\u{FDD1}'),
    ('~', '\u{FDD2}'),
    ('\\', '\u{FDD3}'),
];

/// A text in which no sign of an address or a name is markup.
pub(crate) struct Guarded<'a> {
    text: Cow<'a, str>,
}

impl<'a> Guarded<'a> {
    pub(crate) fn new(text: &'a str, names: Names) -> Self {
        let borrowed = Self {
            text: Cow::Borrowed(text),
        };
        if text.contains(GUARDS.map(|(_, guard)| guard)) {
            return borrowed;
        }
        let mut places = places(text, names);
        places.retain(|place| text[place.clone()].contains(GUARDS.map(|(sign, _)| sign)));
        if places.is_empty() {
            return borrowed;
        }
        places.sort_by_key(|place| place.start);
        let mut guarded = String::with_capacity(text.len() * 2);
        let mut at = 0;
        for place in places {
            if place.start >= at {
                guarded.push_str(&text[at..place.start]);
                guarded.extend(text[place.clone()].chars().map(guard));
                at = place.end;
            }
        }
        guarded.push_str(&text[at..]);
        Self {
            text: Cow::Owned(guarded),
        }
    }

    /// What the parser is shown.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What was typed.
    pub(crate) fn typed<'b>(&self, shown: &'b str) -> Cow<'b, str> {
        match &self.text {
            Cow::Borrowed(_) => Cow::Borrowed(shown),
            Cow::Owned(_) => Cow::Owned(shown.chars().map(unguard).collect()),
        }
    }
}

/// Where addresses and names stand. The signs at the end of one are markup after all.
fn places(text: &str, names: Names) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = links::places(text);
    if text.contains('@') {
        places.extend(names(text));
    }
    for place in &mut places {
        place.end = place.start + text[place.clone()].trim_end_matches(['*', '_', '~']).len();
    }
    places.extend(products(text));
    places.extend(
        text.match_indices(SHRUG)
            .map(|(at, shrug)| at..at + shrug.len()),
    );
    places
}

/// The `*` between two digits.
fn products(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let stars = text.match_indices('*').map(|(at, _)| at);
    let between = move |at: &usize| *at > 0 && is_digit(at - 1) && is_digit(at + 1);
    stars.filter(between).map(|at| at..at + 1)
}

fn guard(c: char) -> char {
    let found = GUARDS.iter().find(|(sign, _)| *sign == c);
    found.map_or(c, |(_, guard)| *guard)
}

fn unguard(c: char) -> char {
    let found = GUARDS.iter().find(|(_, guard)| *guard == c);
    found.map_or(c, |(sign, _)| *sign)
}
