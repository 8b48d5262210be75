use whatscrap_kernel::Time;

use crate::{Availability, Avatar, Username};

whatscrap_kernel::ids! {
    /// Names an account, for ever.
    UserId
}

/// What an account may do on the server as a whole. Rooms have roles of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerRole {
    /// Anyone with an account.
    Member,
    /// Administers accounts and the server.
    Admin,
    /// The first account; an admin that cannot be removed.
    Owner,
}

/// An account, as other people may see it, and its server role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Never changes.
    pub id: UserId,
    /// Unique, case-mapped.
    pub username: Username,
    /// What the pages show; the username until the person chooses one.
    pub display_name: DisplayName,
    /// Their picture, if they have one.
    pub avatar: Option<Avatar>,
    /// A short line about now, if any.
    pub status: Option<String>,
    /// What else they say of their being there.
    pub availability: Availability,
    /// The server role.
    pub role: ServerRole,
    /// Whether a program speaks here.
    pub bot: bool,
    /// When the account was made.
    pub created_at: Time,
}

/// A name for people to read: 1 to 80 characters on one line, no control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// Why a display name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a display name has 1 to 80 characters, at least one of them visible, on one line")]
pub struct DisplayNameError;

impl DisplayName {
    /// The most characters (Unicode scalar values) a display name may have.
    pub const MAX_CHARS: usize = 80;

    /// Trims the name, then refuses empty, invisible, longer ones and control characters,
    /// line separators and bidirectional overrides among them.
    pub fn parse(name: &str) -> Result<Self, DisplayNameError> {
        let name = name.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&name.chars().count());
        if fits && is_one_visible_line(name) {
            Ok(Self(name.to_owned()))
        } else {
            Err(DisplayNameError)
        }
    }

    /// A name that was accepted before, perhaps by another grammar.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text shows as something, on one line, without touching the text around it.
pub fn is_one_visible_line(text: &str) -> bool {
    text.chars().any(|c| !is_unseen(c)) && !text.chars().any(breaks_a_line)
}

/// Characters that take no ink: zero-width, joiners, fillers, whitespace.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Control characters, line and paragraph separators, and explicit bidirectional formatting
/// (UAX #9), which would reorder the text around the name.
fn breaks_a_line(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_is_trimmed() {
        assert_eq!(
            DisplayName::parse("  Ada Lovelace ").unwrap().as_str(),
            "Ada Lovelace"
        );
    }

    #[test]
    fn empty_long_invisible_and_reordering_display_names_are_refused() {
        let long = "x".repeat(81);
        for name in [
            "",
            "   ",
            "\u{200b}\u{200b}",
            "a\nb",
            "a\u{202e}b",
            "a\u{7}b",
            long.as_str(),
        ] {
            assert_eq!(DisplayName::parse(name), Err(DisplayNameError), "{name:?}");
        }
    }

    #[test]
    fn eighty_characters_of_any_script_are_a_display_name() {
        assert!(DisplayName::parse(&"名".repeat(80)).is_ok());
    }
}
