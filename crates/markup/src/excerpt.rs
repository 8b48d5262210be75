use std::borrow::Cow;

use crate::{emoji, events, paragraphs};

/// What a body says, without its markup; lines are kept.
pub fn text(body: &str) -> Cow<'_, str> {
    let html = if paragraphs::is_plain(body) {
        None
    } else {
        events::html(body, |_| Vec::new())
    };
    match html {
        Some(html) => Cow::Owned(strip(&html)),
        None => emoji::glyphs(body),
    }
}

/// The beginning of what a body says, in one line of at most so many characters and an `…`.
pub fn excerpt(body: &str, chars: usize) -> String {
    let text = text(body);
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    let mut excerpt = String::new();
    let mut left = chars;
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !excerpt.is_empty() {
            excerpt.push(' ');
            left = left.saturating_sub(1);
        }
        if let Some((end, _)) = word.char_indices().nth(left) {
            excerpt.push_str(&word[..end]);
            excerpt.truncate(excerpt.trim_end().len());
            excerpt.push('…');
            break;
        }
        excerpt.push_str(word);
        left -= word.chars().count();
    }
    excerpt
}

/// What stands between the tags that the writer makes.
fn strip(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for part in html.split('<') {
        let (tag, words) = part.split_once('>').unwrap_or(("", part));
        if matches!(tag, "br" | "/p" | "/pre" | "/li") && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(words);
    }
    text.truncate(text.trim_end().len());
    for (escaped, sign) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", "\u{A0}"),
        ("&amp;", "&"),
    ] {
        if text.contains(escaped) {
            text = text.replace(escaped, sign);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_not_said() {
        for (body, said) in [
            ("just **this** and `that`", "just this and that"),
            ("> quoted\n\n- one\n- two :tada:", "quoted\none\ntwo 🎉"),
            ("[docs](https://example.org/a)", "docs (example.org)"),
            ("```rust\nlet a = &b<c>;\n```", "let a = &b<c>;"),
            ("&lt; *&amp;* <b>", "&lt; &amp; <b>"),
            ("nothing :tada:\n\nhere", "nothing 🎉\n\nhere"),
        ] {
            assert_eq!(text(body), said, "{body}");
        }
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("the *plan*\nis\t secret", 30), "the plan is secret");
        assert_eq!(excerpt("abc def", 7), "abc def");
        assert_eq!(excerpt("abc defg", 7), "abc def…");
        assert_eq!(excerpt("abc def", 4), "abc…");
        assert_eq!(excerpt(&"👋".repeat(4_000), 200).chars().count(), 201);
        assert_eq!(excerpt("", 5), "");
    }
}
