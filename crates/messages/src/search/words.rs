use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// The most characters of a word that count.
const LONGEST: usize = 64;

/// A word of a text, folded, and where it stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Lower case, without diacritics.
    pub word: String,
    /// Its bytes in the text.
    pub at: Range<usize>,
}

/// The words of any text, in order, folded.
pub fn words(text: &str) -> Vec<String> {
    let text: String = text.nfc().collect();
    tokens(&text).into_iter().map(|token| token.word).collect()
}

/// The words of a text in the form NFC, in order, as both databases index them: runs of letters and digits, each
/// folded by [`fold`]; a character of a script that is written without spaces is a word of its own,
/// so that a word inside a sentence is found as a phrase of its characters.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut is_open = false;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if is_diacritic(c) {
            continue;
        }
        if !c.is_alphanumeric() && !is_mark(c) {
            is_open = false;
            continue;
        }
        let alone = stands_alone(c);
        match tokens.last_mut() {
            Some(token) if is_open && !alone => {
                token.at.end = end;
                if token.word.chars().count() < LONGEST {
                    fold(c, &mut token.word);
                }
            }
            _ => {
                let mut word = String::new();
                fold(c, &mut word);
                if !word.is_empty() {
                    let at = start..end;
                    tokens.push(Token { word, at });
                }
            }
        }
        is_open = !alone;
    }
    tokens
}

/// Adds a character in lower case and in its compatible form, without its diacritics.
fn fold(c: char, word: &mut String) {
    let decomposed = std::iter::once(c).nfkd().filter(|c| !is_diacritic(*c));
    let lower = decomposed.flat_map(char::to_lowercase);
    // What folding makes of a letter may hold marks again (İ), or signs (½).
    let kept = lower.filter(|c| !is_diacritic(*c) && (c.is_alphanumeric() || is_mark(*c)));
    word.extend(kept.nfc());
}

/// What sits on a letter of the Latin, Greek or Cyrillic script.
const fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// What belongs to the letter before it in other scripts, as vowels do.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) && !is_diacritic(c)
}

/// Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese: no spaces, or spaces that do not part words.
const fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{3029}' | '\u{3040}'..='\u{318f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        assert_eq!(
            words("Grüße, ÉCOLE — c++ foo-bar_baz"),
            ["gruße", "ecole", "c", "foo", "bar", "baz"]
        );
        assert_eq!(
            words("e\u{301}te\u{301} ﬁn ＡＢＣ１２"),
            ["ete", "fin", "abc12"]
        );
        assert_eq!(words("Ёлка İzmir Ὀδυσσεύς"), ["елка", "izmir", "οδυσσευς"]);
        assert!(words("🎉 :-) ... ++").is_empty());
    }

    #[test]
    fn scripts_without_spaces_are_set_apart() {
        assert_eq!(
            words("我家在上海东边"),
            ["我", "家", "在", "上", "海", "东", "边"]
        );
        assert_eq!(words("東京tower2"), ["東", "京", "tower2"]);
        assert_eq!(words("한국어를"), ["한", "국", "어", "를"]);
        assert_eq!(
            words("กรุงเทพ").len(),
            words("กรุง").len() + words("เทพ").len()
        );
    }

    #[test]
    fn marks_of_other_scripts_stay_in_their_word() {
        assert_eq!(words("हिन्दी भाषा").len(), 2);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "“Été” à Łódź";
        let found: Vec<_> = tokens(text)
            .iter()
            .map(|token| &text[token.at.clone()])
            .collect();
        assert_eq!(found, ["Été", "à", "Łódź"]);
    }

    #[test]
    fn a_long_word_counts_by_its_beginning() {
        let long = "x".repeat(1_000);
        assert_eq!(words(&long), ["x".repeat(LONGEST)]);
    }
}
