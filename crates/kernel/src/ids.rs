use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Where new ids come from: UUIDv7 in production, counting up in tests.
pub trait Ids: Send + Sync {
    /// An id never given before.
    fn next(&self) -> Uuid;
}

/// Ids that count 1, 2, 3…, for tests.
#[derive(Debug, Default)]
pub struct SequentialIds(AtomicU64);

impl Ids for SequentialIds {
    fn next(&self) -> Uuid {
        Uuid::from_u64_pair(0, self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// The text is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a UUID like 0190d3a1-7c1e-7b6f-8f00-1234567890ab")]
pub struct ParseIdError;

/// Declares id types: a UUID that cannot be mistaken for another kind of id.
///
/// ```
/// whatscrap_kernel::ids! {
///     /// Names a shelf.
///     ShelfId
/// }
/// let id: ShelfId = "0190d3a1-7c1e-7b6f-8f00-1234567890ab".parse().unwrap();
/// assert_eq!(id.to_string(), "0190d3a1-7c1e-7b6f-8f00-1234567890ab");
/// assert!("shelf".parse::<ShelfId>().is_err());
/// ```
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $crate::Uuid);

        impl $name {
            /// A fresh one.
            pub fn new(ids: &dyn $crate::Ids) -> Self {
                Self(ids.next())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::Uuid::try_parse(text).map(Self).map_err(|_| $crate::ParseIdError)
            }
        }
    )+};
}
