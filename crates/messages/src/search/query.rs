use chrono::{Days, NaiveDate};
use unicode_normalization::UnicodeNormalization;
use whatscrap_kernel::Time;
use whatscrap_rooms::RoomId;
use whatscrap_users::{UserId, Username};

use super::words::{Token, tokens, words};

/// What is looked for, as it was typed: words and phrases that all have to be there, and what else
/// must be so. Everything that is neither a filter nor a letter or digit only parts words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// All of these are in the text.
    pub phrases: Vec<Phrase>,
    /// `from:ada`: said by them.
    pub from: Option<Username>,
    /// Said by this person.
    pub author: Option<UserId>,
    /// `in:general`, or `in:"team room"`: in a room of this name, folded by [`folded`].
    pub inside: Option<String>,
    /// In this room.
    pub room: Option<RoomId>,
    /// `before:2026-01-31`: said before that day begins (UTC).
    pub before: Option<Time>,
    /// `after:2026-01-31`: said when that day is over (UTC), or later.
    pub after: Option<Time>,
    /// `has:file`: with a file.
    pub has_file: bool,
    /// `has:link`: with a web address.
    pub has_link: bool,
    /// Whether nothing can be found: what was typed has neither a word nor a filter.
    pub is_void: bool,
}

/// Words that follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Folded, at least one.
    pub words: Vec<String>,
    /// `word*`: the last may go on.
    pub is_prefix: bool,
}

/// Why a query was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchQueryError {
    /// Nothing was typed.
    #[error("say what to look for")]
    Empty,
    /// More than a query may have.
    #[error("a search has at most {} characters", SearchQuery::MAX_CHARS)]
    TooLong,
    /// More words and phrases than a query may have.
    #[error("a search has at most {} words and phrases", SearchQuery::MAX_PHRASES)]
    TooMany,
}

impl SearchQuery {
    /// The most characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 400;
    /// The most words and phrases.
    pub const MAX_PHRASES: usize = 20;

    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, SearchQueryError> {
        if text.trim().is_empty() {
            return Err(SearchQueryError::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(SearchQueryError::TooLong);
        }
        let mut query = Self::default();
        let mut has_filter = false;
        for piece in pieces(text) {
            if query.filter(&piece) {
                has_filter = true;
            } else if let Some(phrase) = Phrase::of(&piece) {
                query.phrases.push(phrase);
            }
        }
        if query.phrases.len() > Self::MAX_PHRASES {
            return Err(SearchQueryError::TooMany);
        }
        query.is_void = !has_filter && query.phrases.is_empty();
        Ok(query)
    }

    /// Whether a text has all the words and phrases.
    pub fn finds(&self, text: &str) -> bool {
        let text: String = text.nfc().collect();
        let tokens = tokens(&text);
        let mut phrases = self.phrases.iter();
        phrases.all(|phrase| phrase.matches(&tokens).next().is_some())
    }

    /// Takes `key:value` for a filter, if it is one.
    fn filter(&mut self, piece: &Piece) -> bool {
        let (key, value) = match &piece.key {
            Some(key) if !piece.text.is_empty() => (key.as_str(), piece.text.as_str()),
            _ => return false,
        };
        let day = || NaiveDate::parse_from_str(value, "%Y-%m-%d").ok();
        let start = |day: NaiveDate| day.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
        match key {
            "from" => self.from = Some(Username::sought(value.trim_start_matches('@'))),
            "in" if !folded(value).is_empty() => self.inside = Some(folded(value)),
            "before" if day().is_some() => self.before = day().and_then(start),
            "after" if day().is_some() => {
                self.after = day().and_then(|day| start(day.checked_add_days(Days::new(1))?));
            }
            "has" if value == "file" => self.has_file = true,
            "has" if value == "link" => self.has_link = true,
            _ => return false,
        }
        true
    }
}

/// A room's name as it is compared: its words.
pub fn folded(name: &str) -> String {
    words(name).join(" ")
}

impl Phrase {
    fn of(piece: &Piece) -> Option<Self> {
        let whole = match &piece.key {
            Some(key) => format!("{key}:{}", piece.text),
            None => piece.text.clone(),
        };
        let words = words(&whole);
        (!words.is_empty()).then(|| Self {
            words,
            is_prefix: !piece.is_quoted && whole.ends_with('*'),
        })
    }

    /// Where the tokens of a text say this: the first and one past the last of them.
    pub fn matches<'a>(&'a self, tokens: &'a [Token]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let length = self.words.len();
        let fits = move |said: &[Token]| {
            let mut pairs = self.words.iter().zip(said).enumerate();
            pairs.all(|(at, (word, token))| {
                let may_go_on = self.is_prefix && at + 1 == length;
                token.word == *word || may_go_on && token.word.starts_with(word)
            })
        };
        let windows = tokens.windows(length).enumerate();
        windows
            .filter(move |(_, said)| fits(said))
            .map(move |(at, _)| (at, at + length))
    }
}

/// What stands between spaces, or in quotes; `key:` before it is set apart, also if a space follows.
struct Piece {
    key: Option<String>,
    text: String,
    is_quoted: bool,
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let key = rest
            .split_once(':')
            .map(|(key, _)| key)
            .filter(|key| ["from", "in", "before", "after", "has"].contains(key));
        let after_key = key.map_or(rest, |key| rest[key.len() + 1..].trim_start());
        let quoted = after_key
            .strip_prefix(['"', '“', '”'])
            .map(|inside| inside.split_once(['"', '“', '”']).unwrap_or((inside, "")));
        let is_quoted = quoted.is_some();
        let (text, left) = quoted.unwrap_or_else(|| {
            let end = after_key.find(|c: char| c.is_whitespace() || c == '"');
            after_key.split_at(end.unwrap_or(after_key.len()))
        });
        pieces.push(Piece {
            key: key.map(str::to_owned),
            text: text.to_owned(),
            is_quoted,
        });
        rest = left.trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(text: &str) -> Vec<(String, bool)> {
        let query = SearchQuery::parse(text).unwrap();
        let said = |phrase: &Phrase| (phrase.words.join(" "), phrase.is_prefix);
        query.phrases.iter().map(said).collect()
    }

    fn plain(texts: &[&str]) -> Vec<(String, bool)> {
        texts
            .iter()
            .map(|text| ((*text).to_owned(), false))
            .collect()
    }

    #[test]
    fn words_phrases_and_beginnings_are_told_apart() {
        assert_eq!(phrases("Hello  wörld"), plain(&["hello", "world"]));
        assert_eq!(phrases("\"see you\" later"), plain(&["see you", "later"]));
        assert_eq!(phrases("say\"see you"), plain(&["say", "see you"]));
        assert_eq!(phrases("plan*"), [("plan".to_owned(), true)]);
        assert_eq!(phrases("上海"), plain(&["上 海"]));
    }

    #[test]
    fn every_other_sign_is_text() {
        for text in [
            "foo-bar",
            "foo:bar",
            "foo NEAR bar",
            "(foo) AND",
            "%foo_",
            "c++",
            "{a}:b^2",
        ] {
            assert!(!phrases(text).is_empty(), "{text}");
        }
        assert_eq!(phrases("foo-bar"), plain(&["foo bar"]));
        assert_eq!(phrases("before:soon"), plain(&["before soon"]));
        assert_eq!(
            phrases("has:everything in:"),
            plain(&["has everything", "in"])
        );
        assert_eq!(phrases("in:#"), plain(&["in"]));
        assert!(SearchQuery::parse("\" * ++").unwrap().is_void);
    }

    #[test]
    fn filters_are_set_apart() {
        let text =
            "from:@Ada in:\"Team Room\" before:2026-02-01 after:2026-01-30 has:file has:link x";
        let query = SearchQuery::parse(text).unwrap();
        assert_eq!(query.from, Some(Username::sought("ada")));
        assert_eq!(query.inside.as_deref(), Some("team room"));
        let midnight = |day: &str| format!("{day}T00:00:00Z").parse::<Time>().ok();
        assert_eq!(query.before, midnight("2026-02-01"));
        assert_eq!(query.after, midnight("2026-01-31"));
        assert!(query.has_file && query.has_link && !query.is_void);
        assert_eq!(query.phrases.len(), 1);
    }

    #[test]
    fn a_space_after_a_filter_changes_nothing() {
        for (spaced, close) in [
            ("from: ada x", "from:ada x"),
            ("in: \"Team Room\"", "in:\"Team Room\""),
            (
                "before:  2026-02-01 has: link",
                "before:2026-02-01 has:link",
            ),
        ] {
            assert_eq!(SearchQuery::parse(spaced), SearchQuery::parse(close));
        }
        assert_eq!(phrases("x from:"), plain(&["x", "from"]));
        assert_eq!(phrases("from:\"\""), plain(&["from"]));
    }

    #[test]
    fn empty_long_and_many_are_refused() {
        assert_eq!(SearchQuery::parse(" \n"), Err(SearchQueryError::Empty));
        let long = "x".repeat(SearchQuery::MAX_CHARS + 1);
        assert_eq!(SearchQuery::parse(&long), Err(SearchQueryError::TooLong));
        assert_eq!(
            SearchQuery::parse(&"x ".repeat(21)),
            Err(SearchQueryError::TooMany)
        );
    }
}
