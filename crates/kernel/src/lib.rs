//! What every WhatsCrap crate shares: ids, the clock, paging, the backend error, and how what was
//! just read is remembered.
#![deny(missing_docs)]

mod backend;
mod clock;
mod ids;
mod paging;
mod recent;

pub use backend::BackendError;
pub use clock::{Clock, ManualClock, Time};
pub use ids::{Ids, ParseIdError, SequentialIds};
pub use paging::{Limit, LimitError, Page};
pub use recent::{Forgotten, Moment, Recent};
#[doc(hidden)]
pub use uuid::Uuid;
