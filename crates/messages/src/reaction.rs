use whatscrap_users::UserId;

/// One emoji, as the newest Unicode knows it: with and without U+FE0F it is the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Emoji(String);

/// Why something was not taken for an emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reaction is one emoji")]
pub struct EmojiError;

impl Emoji {
    /// The most bytes of one.
    pub const MAX_BYTES: usize = 64;

    /// Takes one emoji, of any skin tone, and nothing else.
    pub fn parse(text: &str) -> Result<Self, EmojiError> {
        if text.len() > Self::MAX_BYTES {
            return Err(EmojiError);
        }
        let known = emojis::get(text).or_else(|| emojis::get(&text.replace('\u{fe0f}', "")));
        let emoji = known.ok_or(EmojiError)?;
        Ok(Self(emoji.as_str().to_owned()))
    }

    /// An emoji that was accepted before.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// Its characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What some people make of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// What they chose.
    pub emoji: Emoji,
    /// How many they are.
    pub count: u64,
    /// The first [`Reaction::NAMED`] of them, in the order in which they reacted.
    pub users: Vec<UserId>,
}

impl Reaction {
    /// The most people that are named.
    pub const NAMED: usize = 50;
    /// The most different emoji of a message.
    pub const MOST: usize = 20;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_one_emoji_of_any_tone() {
        for text in ["👍", "👍🏽", "👩‍🚀", "👨‍👩‍👧‍👦", "🇦🇹", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert_eq!(Emoji::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "a",
            "1",
            "👍👍",
            " 👍",
            "👍 ",
            ":+1:",
            "<b>",
            "\u{200d}",
            &"👍".repeat(20),
        ] {
            assert_eq!(Emoji::parse(text), Err(EmojiError), "{text:?}");
        }
    }

    #[test]
    fn the_way_it_is_written_makes_no_second_one() {
        let heart = Emoji::parse("\u{2764}\u{fe0f}").unwrap();
        assert_eq!(Emoji::parse("\u{2764}").unwrap(), heart);
        assert_eq!(Emoji::parse("👍\u{fe0f}"), Emoji::parse("👍"));
        assert_ne!(Emoji::parse("👍🏽"), Emoji::parse("👍"));
    }
}
