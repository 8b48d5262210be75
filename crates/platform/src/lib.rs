//! The small outside things behind ports: password hashing, pictures, blobs on disk, the clock,
//! new ids, web push.
#![deny(missing_docs)]

mod argon2;
mod blobs;
mod clock;
mod developing;
mod ids;
mod images;
mod metadata;
mod permits;
pub mod webpush;

pub use argon2::{Argon2id, Cost};
pub use blobs::DiskBlobs;
pub use clock::SystemClock;
pub use ids::UuidV7;
pub use images::Images;
