use std::borrow::Cow;

use memchr::memchr;
use unicode_segmentation::UnicodeSegmentation;

/// So many emoji alone are shown large.
const MOST_ALONE: usize = 3;
/// The longest of them have ten characters of four bytes.
const LONGEST: usize = 40;

/// Text with the `:shortcodes:` that it has turned into emoji.
pub(crate) fn glyphs(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some(colon) = memchr(b':', &text.as_bytes()[at..]) {
        let start = at + colon;
        at = start + 1;
        let code = shortcode(&text[at..]);
        if let Some(emoji) = code.and_then(emojis::get_by_shortcode) {
            shown.push_str(&text[from..start]);
            shown.push_str(emoji.as_str());
            at += code.map_or(0, str::len) + 1;
            from = at;
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

/// What stands up to the next colon, if it may be a shortcode.
fn shortcode(text: &str) -> Option<&str> {
    let may_hold = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+-".contains(byte);
    let length = text
        .bytes()
        .take(LONGEST)
        .take_while(|byte| may_hold(byte))
        .count();
    (length > 0 && text[length..].starts_with(':')).then(|| &text[..length])
}

/// Whether a text is one to three emoji and nothing else.
fn stands_alone(text: &str) -> bool {
    let is_short = text.len() <= MOST_ALONE * (LONGEST + 1);
    if !is_short || text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return false;
    }
    let mut count = 0;
    for grapheme in text.graphemes(true) {
        if grapheme != " " {
            count += 1;
            if count > MOST_ALONE || emojis::get(grapheme).is_none() {
                return false;
            }
        }
    }
    count > 0
}

/// Marks a message that is such a text, so that it is shown large.
pub(crate) fn enlarge(html: String) -> String {
    let text = html
        .strip_prefix("<p>")
        .and_then(|rest| rest.strip_suffix("</p>"));
    match text.filter(|text| stands_alone(text)) {
        Some(text) => format!("<p class=\"jumbo\">{text}</p>"),
        None => html,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_shortcodes_are_emoji() {
        for (text, shown) in [
            (":smile:", "😄"),
            ("a:+1::tada:b", "a👍🎉b"),
            (
                "10:30 and :nobody: or ::smile::",
                "10:30 and :nobody: or :😄:",
            ),
            (": smile :", ": smile :"),
            (":", ":"),
            (":é:", ":é:"),
        ] {
            assert_eq!(glyphs(text), shown);
        }
    }

    #[test]
    fn up_to_three_emoji_stand_alone() {
        for text in ["😄", "👍🏽 👍", "👨‍👩‍👧‍👦🏳️‍🌈🇩🇪", "❤️", "❤", "1️⃣"]
        {
            assert!(stands_alone(text), "{text}");
        }
        for text in ["", " ", "😄😄😄😄", "😄!", "ok 👍", "1", "#", "©x"] {
            assert!(!stands_alone(text), "{text}");
        }
    }
}
