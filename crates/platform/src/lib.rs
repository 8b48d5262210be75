//! The small outside things behind ports: password hashing, the clock, new ids, web push.
#![deny(missing_docs)]

mod argon2;
mod clock;
mod ids;
mod permits;
pub mod webpush;

pub use argon2::{Argon2id, Cost};
pub use clock::SystemClock;
pub use ids::UuidV7;
