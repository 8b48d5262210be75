use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

/// A username: unique by its folded form and by its look.
///
/// RFC 8265's UsernameCaseMapped: `ＡＬＩＣＥ`, `Alice` and `alice` are the same name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

/// Why a username was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Empty, or more than [`Username::MAX_CHARS`] characters.
    #[error("a username has 1 to {} characters", Username::MAX_CHARS)]
    Length,
    /// Spaces, symbols, invisible characters, or a dot or hyphen at an end.
    #[error(
        "a username has letters and digits; dots, hyphens and underscores may stand between them"
    )]
    Characters,
    /// Letters of scripts that are not written together, to look like another name (UTS #39).
    #[error("a username does not mix alphabets")]
    MixedScripts,
    /// A word that would pass for the server, or for more than one person.
    #[error("this username is reserved")]
    Reserved,
}

/// Names that speak for the server, that mentions may mean as a group, or that routes use.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "all",
    "anonymous",
    "channel",
    "deleted",
    "everyone",
    "help",
    "here",
    "me",
    "mod",
    "moderator",
    "null",
    "online",
    "owner",
    "room",
    "root",
    "security",
    "server",
    "staff",
    "support",
    "system",
    "undefined",
    "webmaster",
    "whatscrap",
];

impl Username {
    /// The most characters (Unicode scalar values) of a new name.
    pub const MAX_CHARS: usize = 32;

    /// The most bytes of any name there is: 100 characters of yesterday's grammar. Longer ones
    /// are nobody's, and mapping them would be a stranger's way to keep the server busy.
    const LONGEST_STORED: usize = 400;

    /// Parses the name of a new account.
    pub fn parse(name: &str) -> Result<Self, UsernameError> {
        // Before any work that grows with the length; case mapping at most triples it.
        if name.is_empty() || name.chars().count() > 3 * Self::MAX_CHARS {
            return Err(UsernameError::Length);
        }
        let name = Self(case_mapped(name).ok_or(UsernameError::Characters)?);
        if name.0.chars().count() > Self::MAX_CHARS {
            Err(UsernameError::Length)
        } else if !is_safe_to_mention(&name.0) {
            Err(UsernameError::Characters)
        } else if name.0.detect_restriction_level() > RestrictionLevel::HighlyRestrictive {
            Err(UsernameError::MixedScripts)
        } else if name.is_reserved() {
            Err(UsernameError::Reserved)
        } else {
            Ok(name)
        }
    }

    /// A name that was accepted before, perhaps by another grammar.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// The name that someone typed to log in: case-mapped where it can be, so that names of
    /// yesterday's grammar are found too.
    pub fn sought(name: &str) -> Self {
        let mapped = Some(name)
            .filter(|name| name.len() <= Self::LONGEST_STORED)
            .and_then(case_mapped);
        Self(mapped.unwrap_or_else(|| name.to_owned()))
    }

    /// Whether a name may be written with this character: what ends a name in a text does not.
    pub fn may_hold(c: char) -> bool {
        match c {
            '.' | '-' | '_' => true,
            c if c.is_ascii() => c.is_ascii_alphanumeric(),
            c => c.is_alphanumeric() || c.identifier_allowed(),
        }
    }

    /// The case-mapped text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the name looks like (UTS #39, 4): names with the same skeleton are confusable.
    pub fn skeleton(&self) -> String {
        look(&self.0)
    }

    fn is_reserved(&self) -> bool {
        let mine = self.skeleton();
        RESERVED.iter().any(|word| look(word) == mine)
    }
}

/// The skeleton. Its prototypes may be capitals (`0` looks like `O`), which names fold.
fn look(name: &str) -> String {
    let skeleton: String = unicode_security::skeleton(name).collect();
    unicode_security::skeleton(&skeleton.to_lowercase()).collect()
}

/// The name by RFC 8265, 3.3, if the profile accepts it and mapping it again changes nothing.
fn case_mapped(name: &str) -> Option<String> {
    let mapped = UsernameCaseMapped::enforce(name).ok()?;
    let again = UsernameCaseMapped::enforce(mapped.as_ref()).ok()?;
    (mapped == again).then(|| mapped.into_owned())
}

/// Whether `@name` ends where the name does, in a sentence, in a URL and in a shell.
fn is_safe_to_mention(name: &str) -> bool {
    let is_allowed = |c: char| match c {
        '.' | '-' | '_' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => c.identifier_allowed(),
    };
    name.chars().all(is_allowed)
        && name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && !name.ends_with(['.', '-'])
        && name.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(name: &str) -> Option<UsernameError> {
        Username::parse(name).err()
    }

    #[test]
    fn names_that_differ_in_case_or_width_are_the_same() {
        for name in ["alice", "Alice", "ＡＬＩＣＥ"] {
            assert_eq!(Username::parse(name).unwrap().as_str(), "alice");
        }
        let composed = Username::parse("Ren\u{e9}e").unwrap();
        assert_eq!(Username::parse("rene\u{301}e").unwrap(), composed);
    }

    #[test]
    fn names_of_every_script_are_accepted() {
        for name in [
            "a",
            "ada_l",
            "x.y-z",
            "_1",
            "zoë",
            "Зоя",
            "ゆき子",
            "김민준",
            "ليلى",
            "अदिति",
        ] {
            assert_eq!(refusal(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_has_1_to_32_characters() {
        assert_eq!(refusal(""), Some(UsernameError::Length));
        assert_eq!(refusal(&"名".repeat(32)), None);
        assert_eq!(refusal(&"a".repeat(33)), Some(UsernameError::Length));
        assert_eq!(refusal(&"a".repeat(1_000_000)), Some(UsernameError::Length));
    }

    #[test]
    fn a_mention_ends_where_the_name_does() {
        let names = [
            "a b",
            " a",
            "a\u{200b}b",
            "a\u{202e}b",
            "a@b",
            "a/b",
            "a:b",
            "<b>",
            "a'b",
            "a\nb",
            ".a",
            "-a",
            "a.",
            "a-",
            "_",
            "...",
            "😀",
            "a\u{0}",
        ];
        for name in names {
            assert_eq!(refusal(name), Some(UsernameError::Characters), "{name:?}");
        }
    }

    #[test]
    fn alphabets_are_not_mixed_to_look_like_another_name() {
        assert_eq!(refusal("раypal"), Some(UsernameError::MixedScripts));
        assert_eq!(refusal("αda"), Some(UsernameError::MixedScripts));
    }

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        let look = |name| Username::parse(name).unwrap().skeleton();
        assert_eq!(look("сосо"), look("coco"));
        assert_eq!(look("bill"), look("bi1l"));
        assert_eq!(look("bob"), look("b0b"));
        assert_ne!(look("ada"), look("eda"));
    }

    #[test]
    fn names_that_speak_for_the_server_are_reserved() {
        for name in [
            "admin",
            "Admin",
            "ａｄｍｉｎ",
            "system",
            "everyone",
            "rnoderator",
            "r00t",
        ] {
            assert_eq!(refusal(name), Some(UsernameError::Reserved), "{name}");
        }
    }

    #[test]
    fn names_of_another_grammar_can_still_log_in() {
        assert_eq!(Username::sought("Old Name!").as_str(), "Old Name!");
        assert_eq!(Username::sought("ADA").as_str(), "ada");
        let endless = "A·".repeat(100_000);
        assert_eq!(Username::sought(&endless).as_str(), endless);
    }

    proptest! {
        #[test]
        fn what_was_parsed_parses_to_itself(name in "\\PC{1,40}") {
            if let Ok(name) = Username::parse(&name) {
                prop_assert_eq!(Username::parse(name.as_str()), Ok(name.clone()));
                prop_assert_eq!(Username::sought(name.as_str()), name.clone());
                prop_assert_eq!(look(&name.skeleton()), name.skeleton());
            }
        }
    }
}
