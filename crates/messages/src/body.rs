/// What a message says: plain text as its author typed it, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageBody(String);

/// Why a body was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing is left after trimming.
    #[error("a message cannot be empty")]
    Empty,
    /// More characters than the server takes.
    #[error("a message has at most {max} characters, this one has {actual}")]
    TooLong {
        /// The most characters (Unicode scalar values).
        max: usize,
        /// How many there were.
        actual: usize,
    },
    /// U+0000 cannot be stored on every database.
    #[error("a message cannot hold the character U+0000")]
    Nul,
}

impl MessageBody {
    /// Trims the text, then refuses an empty one and one of more than `max` characters.
    pub fn parse(text: &str, max: usize) -> Result<Self, BodyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BodyError::Empty);
        }
        let actual = text.chars().count();
        if actual > max {
            return Err(BodyError::TooLong { max, actual });
        }
        if text.contains('\0') {
            return Err(BodyError::Nul);
        }
        Ok(Self(text.to_owned()))
    }

    /// A body that was accepted before, perhaps by another rule.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The beginning of a text, on one line, and whether there is more.
pub(crate) fn excerpt(text: &str, characters: usize) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let mut rest = text.chars().map(visible);
    let mut excerpt: String = rest.by_ref().take(characters).collect();
    if rest.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_trimmed_and_counted_in_scalar_values() {
        assert_eq!(MessageBody::parse(" \n hi \n", 2).unwrap().as_str(), "hi");
        assert!(MessageBody::parse(&"👍".repeat(4000), 4000).is_ok());
    }

    #[test]
    fn empty_long_and_nul_bodies_are_refused_by_name() {
        assert_eq!(MessageBody::parse(" \t\n", 10), Err(BodyError::Empty));
        let long = MessageBody::parse(&"x".repeat(4001), 4000);
        assert_eq!(
            long,
            Err(BodyError::TooLong {
                max: 4000,
                actual: 4001
            })
        );
        assert_eq!(MessageBody::parse("a\0b", 10), Err(BodyError::Nul));
    }
}
