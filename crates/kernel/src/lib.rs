//! What every WhatsCrap crate shares: ids, the clock, paging and the backend error.
#![deny(missing_docs)]

mod backend;
mod clock;
mod ids;
mod paging;

pub use backend::BackendError;
pub use clock::{Clock, ManualClock, Time};
pub use ids::{Ids, ParseIdError, SequentialIds};
pub use paging::{Limit, LimitError, Page};
#[doc(hidden)]
pub use uuid::Uuid;
