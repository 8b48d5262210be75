use std::ops::Range;

use whatscrap_users::Username;

/// The most characters of a name there is: those of yesterday's grammar.
const LONGEST_NAME: usize = 100;

/// Where the `@name`s of running text stand, in order, their sign included.
///
/// It begins no name within a word, an address of mail or of the web. Whether somebody is called so
/// is another question.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    let places = Places {
        text,
        at: 0,
        is_address: false,
        before: None,
    };
    places.collect()
}

struct Places<'a> {
    text: &'a str,
    at: usize,
    /// Whether the word so far has a `://`.
    is_address: bool,
    before: Option<char>,
}

impl Iterator for Places<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            match c {
                '@' if self.may_begin() => {
                    let name = name(&rest[1..]);
                    let start = self.at;
                    self.pass(1 + name.len());
                    if !name.is_empty() {
                        return Some(start..self.at);
                    }
                }
                ':' if rest.starts_with("://") => {
                    self.pass(3);
                    self.is_address = true;
                }
                c => self.pass(c.len_utf8()),
            }
        }
        None
    }
}

impl<'a> Places<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn may_begin(&self) -> bool {
        let ends_word = |c: char| {
            !c.is_alphanumeric()
                && !matches!(c, '_' | '-' | '+' | '/' | '=' | '&' | '%' | '~' | '@')
        };
        !self.is_address && self.before.is_none_or(ends_word)
    }

    /// Goes on by so many bytes.
    fn pass(&mut self, bytes: usize) {
        for c in self.rest()[..bytes].chars() {
            self.is_address &= !c.is_whitespace();
            self.before = Some(c);
        }
        self.at += bytes;
    }
}

/// The name that a text begins with: what follows a name in a sentence is not its part.
fn name(text: &str) -> &str {
    let end = text.find(|c| !Username::may_hold(c));
    let name = text[..end.unwrap_or(text.len())].trim_end_matches(['.', '-']);
    if name.chars().count() > LONGEST_NAME || name.starts_with(['.', '-']) {
        ""
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let name = |at: Range<usize>| text[at].strip_prefix('@').unwrap();
        places(text).into_iter().map(name).collect()
    }

    #[test]
    fn a_name_is_found_wherever_a_word_may_begin() {
        for (text, expected) in [
            ("@ben", vec!["ben"]),
            ("hi @ben, @ada!", vec!["ben", "ada"]),
            ("(@ben) \"@ada\" *@eve*", vec!["ben", "ada", "eve"]),
            ("cc:@ben\n@ada", vec!["ben", "ada"]),
            ("see you @ben.", vec!["ben"]),
            ("@ada.l-1_x's", vec!["ada.l-1_x"]),
            (
                "@BEN @ＢＥＮ @зоя @ゆき子 @अदिति",
                vec!["BEN", "ＢＥＮ", "зоя", "ゆき子", "अदिति"],
            ),
            ("…@rene\u{301}e…", vec!["rene\u{301}e"]),
            ("@room @here", vec!["room", "here"]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn words_and_addresses_hold_no_name() {
        for text in [
            "ben@example.com",
            "ben+@ada -@ada a_@ada",
            "https://example.org/@ben https://x.org/?a=(@ben)",
            "http://ben:@ada/",
            "@@ben",
            "@ ben @. @- @",
            "/@ben a=@ben",
            &format!("@{}", "a".repeat(101)),
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn after_an_address_names_are_names_again() {
        assert_eq!(names("https://example.org @ben"), ["ben"]);
        assert_eq!(names("ada@example.org @ben"), ["ben"]);
    }

    proptest! {
        #[test]
        fn every_text_is_read_to_its_end(text in "[@ \n:/a.é-]{0,80}") {
            for name in names(&text) {
                prop_assert!(!name.is_empty());
            }
        }
    }
}
