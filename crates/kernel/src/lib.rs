//! What every WhatsCrap crate shares: ids, the clock, paging, the backend error, blobs, and how
//! what was just read is remembered.
#![deny(missing_docs)]

mod backend;
mod blobs;
mod clock;
mod ids;
mod paging;
mod recent;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use backend::BackendError;
pub use blobs::{BlobKey, Blobs, Incoming};
pub use clock::{Clock, ManualClock, Time};
pub use ids::{Ids, ParseIdError, SequentialIds};
pub use paging::{Limit, LimitError, Page};
pub use recent::{Forgotten, Moment, Recent};
#[doc(hidden)]
pub use uuid::Uuid;
