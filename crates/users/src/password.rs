use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::Username;

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
    /// Built around the username, or the name of this software.
    #[error("a password does not contain the username or the name of this site")]
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
/// [`Password::MIN_CHARS`] characters, which is what would have to be guessed.
fn is_about(folded: &str, word: &str) -> bool {
    folded.contains(word) && folded.chars().count() < word.chars().count() + Password::MIN_CHARS
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
