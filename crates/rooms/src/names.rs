/// A room's name: 1 to 80 characters on one line, unique among public rooms by [`RoomName::key`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomName(String);

/// Why a room's name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a room name has 1 to 80 characters, at least one of them visible, on one line")]
pub struct RoomNameError;

impl RoomName {
    /// The most characters (Unicode scalar values) a name may have.
    pub const MAX_CHARS: usize = 80;

    /// Trims the name, then applies the rules.
    pub fn parse(name: &str) -> Result<Self, RoomNameError> {
        let name = name.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&name.chars().count());
        if fits && whatscrap_users::is_one_visible_line(name) {
            Ok(Self(name.to_owned()))
        } else {
            Err(RoomNameError)
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

    /// What two names must not share: the name without its case, by Unicode.
    pub fn key(&self) -> String {
        // By way of upper case, where what lower case keeps apart (ß and ss, ς and σ) is one.
        self.0.to_uppercase().to_lowercase()
    }
}

/// What a room is about: up to 250 characters on one line, perhaps none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topic(String);

/// Why a topic was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a topic has up to 250 characters on one line")]
pub struct TopicError;

impl Topic {
    /// The most characters (Unicode scalar values) a topic may have.
    pub const MAX_CHARS: usize = 250;

    /// Trims the topic, then applies the rules.
    pub fn parse(topic: &str) -> Result<Self, TopicError> {
        let topic = topic.trim();
        let fits = topic.chars().count() <= Self::MAX_CHARS;
        if topic.is_empty() || fits && whatscrap_users::is_one_visible_line(topic) {
            Ok(Self(topic.to_owned()))
        } else {
            Err(TopicError)
        }
    }

    /// A topic that was accepted before, perhaps by another grammar.
    pub fn stored(topic: String) -> Self {
        Self(topic)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_name_is_trimmed_and_folds_by_unicode() {
        let name = RoomName::parse("  ÄRGER am Hof ").unwrap();
        assert_eq!(name.as_str(), "ÄRGER am Hof");
        assert_eq!(name.key(), "ärger am hof");
        let key = |name: &str| RoomName::parse(name).unwrap().key();
        assert_eq!(key("Straße"), key("STRASSE"));
    }

    #[test]
    fn empty_invisible_long_and_broken_room_names_are_refused() {
        for name in [
            "",
            "  ",
            "\u{200b}",
            "a\nb",
            "a\0b",
            "a\u{202e}b",
            &"x".repeat(81),
        ] {
            assert_eq!(RoomName::parse(name), Err(RoomNameError), "{name:?}");
        }
    }

    #[test]
    fn a_topic_may_be_empty_but_not_longer_than_250_characters() {
        assert!(Topic::parse("").is_ok());
        assert!(Topic::parse(&"é".repeat(250)).is_ok());
        assert_eq!(Topic::parse(&"é".repeat(251)), Err(TopicError));
    }
}
