use std::ops::Range;

use whatscrap_users::Username;

/// The most characters of a name there is: those of yesterday's grammar.
const LONGEST_NAME: usize = 100;

/// An `@name` in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    /// Where it stands, its sign included.
    pub at: Range<usize>,
    /// What follows the sign, as it was typed.
    pub name: &'a str,
}

/// Every `@name` of a text, in order.
///
/// It begins no name within a word, an address of mail or of the web; what stands in `code`, in
/// one line or fenced, is no name either. Whether somebody is called so is another question.
pub fn spans(text: &str) -> impl Iterator<Item = Span<'_>> {
    Spans {
        text,
        at: 0,
        is_line_start: true,
        is_address: false,
        before: None,
    }
}

struct Spans<'a> {
    text: &'a str,
    at: usize,
    /// Whether only spaces stand between the line's beginning and here.
    is_line_start: bool,
    /// Whether the word so far has a `://`.
    is_address: bool,
    before: Option<char>,
}

impl<'a> Iterator for Spans<'a> {
    type Item = Span<'a>;

    fn next(&mut self) -> Option<Span<'a>> {
        while let Some(c) = self.rest().chars().next() {
            let (rest, begins_line) = (self.rest(), self.is_line_start);
            match c {
                '`' | '~' if begins_line && opens_block(rest) => self.pass_block(),
                '`' => self.pass_code(),
                '@' if self.may_begin() => {
                    let name = name(&rest[1..]);
                    let start = self.at;
                    self.pass(1 + name.len());
                    if !name.is_empty() {
                        let at = start..self.at;
                        return Some(Span { at, name });
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

impl<'a> Spans<'a> {
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
            self.is_line_start = c == '\n' || self.is_line_start && c == ' ';
            self.is_address &= !c.is_whitespace();
            self.before = Some(c);
        }
        self.at += bytes;
    }

    /// Goes past a run of backticks, and past what it encloses if one of the same length follows
    /// in the paragraph.
    fn pass_code(&mut self) {
        let opening = run(self.rest(), '`');
        let inside = &self.rest()[opening..];
        let paragraph = inside.find("\n\n").unwrap_or(inside.len());
        let mut at = 0;
        while let Some(next) = inside[at..paragraph].find('`') {
            at += next;
            let closing = run(&inside[at..], '`');
            at += closing;
            if closing == opening {
                return self.pass(opening + at);
            }
        }
        self.pass(opening);
    }

    /// Goes past a fenced block, or to the end if nothing closes it.
    fn pass_block(&mut self) {
        let opening = self.rest();
        let (sign, length) = (&opening[..1], fence(opening));
        let mut bytes = 0;
        for line in opening.split_inclusive('\n') {
            let bare = line.trim();
            let closes = bytes > 0 && bare.starts_with(sign) && fence(bare) == bare.len();
            bytes += line.len();
            if closes && bare.len() >= length {
                break;
            }
        }
        self.pass(bytes);
    }
}

/// Whether a fenced block begins here, and not `code` that is fenced in one line.
fn opens_block(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let info = &line[fence(line)..];
    fence(line) >= 3 && (line.starts_with('~') || !info.contains('`'))
}

/// How many backticks, or tildes, a text begins with.
fn fence(text: &str) -> usize {
    text.chars().next().map_or(0, |sign| run(text, sign))
}

fn run(text: &str, sign: char) -> usize {
    text.len() - text.trim_start_matches(sign).len()
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
        let names = |span: Span<'_>| {
            assert_eq!(text[span.at.clone()], format!("@{}", span.name));
            &text[span.at.start + 1..span.at.end]
        };
        spans(text).map(names).collect()
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

    #[test]
    fn code_holds_no_name() {
        for (text, expected) in [
            ("`@a` @b", vec!["b"]),
            ("``@a `@a`` @b", vec!["b"]),
            ("` @a", vec!["a"]),
            ("`@a\n\n` @b", vec!["a", "b"]),
            ("```\n@a\n```\n@b", vec!["b"]),
            ("  ~~~~ rust\n@a\n~~~\n@a\n~~~~~\n@b", vec!["b"]),
            ("```\n@a", vec![]),
            ("```@a``` @b", vec!["b"]),
            ("`a``@b`", vec![]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_to_its_end(text in "[@`~ \n:/a.é-]{0,80}") {
            for name in names(&text) {
                prop_assert!(!name.is_empty());
            }
        }
    }
}
