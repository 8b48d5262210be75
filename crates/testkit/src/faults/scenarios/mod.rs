//! The faults themselves, each a story with a short and a long form.

mod abuse;
mod slow_readers;
mod soak;
mod storm;
mod tabs;

pub use abuse::Abuse;
pub use slow_readers::SlowReaders;
pub use soak::Soak;
pub use storm::Storm;
pub use tabs::Tabs;
