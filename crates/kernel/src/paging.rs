/// How many items a page may hold: 1 to [`Limit::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

/// The asked limit is outside 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit must be between 1 and {}", Limit::MAX.get())]
pub struct LimitError;

impl Limit {
    /// The longest page.
    pub const MAX: Self = Self(200);

    /// Refuses 0 and anything above [`Limit::MAX`].
    pub fn parse(limit: u32) -> Result<Self, LimitError> {
        if (1..=Self::MAX.0).contains(&limit) {
            Ok(Self(limit))
        } else {
            Err(LimitError)
        }
    }

    /// The number itself.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// A stretch of a longer list, in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, at most the asked [`Limit`].
    pub items: Vec<T>,
    /// Whether the list goes on before the first item.
    pub has_before: bool,
    /// Whether the list goes on after the last item.
    pub has_after: bool,
}
