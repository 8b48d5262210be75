use serde::{Deserialize, Serialize};

/// The one colour of a server's pages, by name: what it looks like in light and in dark, and that
/// text stands out from it, is the style sheet's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accent {
    /// Green.
    #[default]
    Leaf,
    /// Between green and blue.
    Sea,
    /// Blue.
    Sky,
    /// Violet.
    Plum,
    /// Between violet and red.
    Berry,
    /// Between red and yellow.
    Clay,
}

impl Accent {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Leaf,
        Self::Sea,
        Self::Sky,
        Self::Plum,
        Self::Berry,
        Self::Clay,
    ];

    /// Its name, as it is stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Sea => "sea",
            Self::Sky => "sky",
            Self::Plum => "plum",
            Self::Berry => "berry",
            Self::Clay => "clay",
        }
    }

    /// The one of this name. One that a later server knew is as none.
    pub fn stored(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|accent| accent.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_is_sent_is_the_one_that_is_stored() {
        for accent in Accent::ALL {
            let sent = serde_json::to_value(accent).unwrap();
            assert_eq!(sent, accent.word());
            assert_eq!(Accent::stored(accent.word()), Some(accent));
        }
        assert_eq!(Accent::stored("mauve"), None);
    }
}
