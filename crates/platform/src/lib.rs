//! The small outside things behind ports: password hashing, pictures, blobs on disk or in S3, the clock,
//! new ids, web push.
#![deny(missing_docs)]

mod argon2;
mod blobs;
mod clock;
mod developing;
mod ids;
mod images;
mod metadata;
#[cfg(any(test, feature = "s3"))]
mod object_blobs;
mod permits;
#[cfg(feature = "s3")]
mod s3;
pub mod webpush;

pub use argon2::{Argon2id, Cost};
pub use blobs::DiskBlobs;
pub use clock::SystemClock;
pub use ids::UuidV7;
pub use images::Images;
#[cfg(any(test, feature = "s3"))]
pub use object_blobs::ObjectBlobs;
#[cfg(feature = "s3")]
pub use s3::S3;
