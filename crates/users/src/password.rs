use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::Username;

/// What everyone tries first: passwords in lower case, one a line.
const COMMON: &str = include_str!("../common-passwords/list.txt");

/// A password that may be set: 8 characters to 1,024 bytes, in NFC, not easy to guess.
///
/// Nothing else is asked of it (NIST SP 800-63B-4, 3.1.1.2): no kinds of characters, no changes,
/// and neither trimmed nor cut.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`Password::MIN_CHARS`] characters.
    #[error("a password has at least {} characters", Password::MIN_CHARS)]
    TooShort,
    /// More than [`Password::MAX_BYTES`] bytes.
    #[error("a password has at most {} bytes", Password::MAX_BYTES)]
    TooLong,
    /// Among those that everyone tries first.
    #[error("this password is one of the most common ones")]
    Common,
    /// Little more than the username, or the name of this software.
    #[error("a password is more than the username or the name of this site")]
    Guessable,
}

impl Password {
    /// The fewest characters (Unicode scalar values).
    pub const MIN_CHARS: usize = 8;

    /// The most bytes, as typed and as UTF-8 in NFC.
    pub const MAX_BYTES: usize = 1024;

    /// Parses the new password of an account of this name.
    pub fn parse(password: &str, username: &Username) -> Result<Self, PasswordError> {
        let password = Self::typed(password).ok_or(PasswordError::TooLong)?;
        let folded = password.0.to_lowercase();
        if password.0.chars().count() < Self::MIN_CHARS {
            Err(PasswordError::TooShort)
        } else if is_about(&folded, username.as_str()) || is_about(&folded, "whatscrap") {
            Err(PasswordError::Guessable)
        } else if COMMON.lines().any(|common| common == folded) {
            Err(PasswordError::Common)
        } else {
            Ok(password)
        }
    }

    /// What someone typed to prove who they are, in the form that is hashed. `None` if it is
    /// longer than any password.
    pub(crate) fn typed(password: &str) -> Option<Self> {
        if password.len() > Self::MAX_BYTES {
            return None;
        }
        let normal: String = password.nfc().collect();
        (normal.len() <= Self::MAX_BYTES).then_some(Self(normal))
    }

    /// The text to hash.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a password is little more than a word: it contains it, and adds fewer than
/// [`Password::MIN_CHARS`] characters, which is what would have to be guessed. One or two letters
/// are no word: they are in many passwords by chance.
fn is_about(folded: &str, word: &str) -> bool {
    let letters = word.chars().count();
    letters > 2 && folded.contains(word) && folded.chars().count() < letters + Password::MIN_CHARS
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(password: &str) -> Option<PasswordError> {
        Password::parse(password, &Username::stored("lovelace".to_owned())).err()
    }

    #[test]
    fn a_password_has_8_characters_to_1024_bytes() {
        assert_eq!(refusal("kX9#qLm"), Some(PasswordError::TooShort));
        assert_eq!(refusal("ключ🔑鍵 к"), None);
        assert_eq!(refusal(&"é".repeat(512)), None);
        assert_eq!(refusal(&"é".repeat(513)), Some(PasswordError::TooLong));
        assert_eq!(
            refusal(&"\u{1d15e}".repeat(256)),
            Some(PasswordError::TooLong)
        );
    }

    #[test]
    fn nothing_is_asked_of_its_characters_and_nothing_is_trimmed() {
        assert_eq!(refusal("correct horse battery staple"), None);
        let spaced = Password::parse("  two spaces  ", &Username::stored("ada".to_owned()));
        assert_eq!(spaced.unwrap().as_str(), "  two spaces  ");
    }

    #[test]
    fn the_most_common_passwords_are_refused() {
        assert!(COMMON.lines().count() >= 3_000);
        for password in [
            "password1",
            "Password1",
            "12345678",
            "qwertyuiop",
            "iloveyou",
        ] {
            assert_eq!(refusal(password), Some(PasswordError::Common), "{password}");
        }
    }

    #[test]
    fn a_password_is_more_than_the_username_or_the_site() {
        for password in ["lovelace", "Lovelace1815", "!!WhatsCrap!!", "whatscrap2026"] {
            assert_eq!(
                refusal(password),
                Some(PasswordError::Guessable),
                "{password}"
            );
        }
        assert_eq!(refusal("the analytical lovelace engine"), None);
        let short = Username::stored("a".to_owned());
        assert!(Password::parse("battleax", &short).is_ok());
    }

    #[test]
    fn it_is_never_in_a_log() {
        assert_eq!(
            format!("{:?}", Password::typed("secret word").unwrap()),
            "Password(…)"
        );
    }

    proptest! {
        #[test]
        fn equal_forms_are_the_same_password(text in "\\PC{0,40}") {
            let (composed, split) = (text.nfc().collect::<String>(), text.nfd().collect::<String>());
            let hashed = Password::typed(&text);
            prop_assert_eq!(&Password::typed(&composed), &hashed);
            prop_assert_eq!(&Password::typed(&split), &hashed);
        }
    }
}
