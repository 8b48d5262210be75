use unicode_segmentation::UnicodeSegmentation as _;

/// What stands for a person who has no picture: the first letters of the first and the last word
/// where letters have two cases, the first letter elsewhere, and what else there is if there is no
/// letter. `static/js/rows.js` does the same.
pub(crate) fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(initial);
    let first = letters.next();
    let last = letters.next_back();
    match (first, last) {
        (Some(first), Some(last)) if has_case(first) && has_case(last) => {
            format!("{}{}", first.to_uppercase(), last.to_uppercase())
        }
        (Some(first), _) => first.to_uppercase(),
        (None, _) => name
            .trim()
            .graphemes(true)
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// A letter or digit that a word begins with, whatever marks stand before it.
fn initial(word: &str) -> Option<&str> {
    word.graphemes(true)
        .find(|grapheme| grapheme.starts_with(char::is_alphanumeric))
}

fn has_case(letter: &str) -> bool {
    letter.starts_with(|c: char| c.is_lowercase() || c.is_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_kind_have_initials() {
        for (name, expected) in [
            ("Ada", "A"),
            ("ada lovelace", "AL"),
            ("Augusta Ada King (Countess)", "AC"),
            ("Élodie d'Été", "ÉD"),
            ("王小明", "王"),
            ("山田 太郎", "山"),
            ("محمد علي", "م"),
            ("דוד בן", "ד"),
            ("नमस्ते दुनिया", "न"),
            ("한국", "한"),
            ("\u{1f469}\u{200d}\u{1f680} Mia", "M"),
            (
                "\u{1f469}\u{200d}\u{1f680}\u{1f408}",
                "\u{1f469}\u{200d}\u{1f680}",
            ),
            ("e\u{301}ric", "E\u{301}"),
            ("7 of 9", "7"),
            ("<script>", "S"),
            ("???", "?"),
            ("straße ßeta", "SSS"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
