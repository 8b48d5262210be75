//! Files that people send: a blob each, a row that knows of it, and the message that shows it.
//!
//! A file's row comes before its blob and goes after it, so that a blob without a row is nobody's,
//! and whatever a crash leaves is swept. Until a message takes it, a file is its uploader's alone.

mod alt;
mod files;
mod media;
mod name;
mod ports;
mod upload;

#[cfg(test)]
mod tests;

pub use alt::{AltError, parse_alt};
pub use files::{FileLimits, Files, Part};
pub use media::{Media, sniff};
pub use name::clean_name;
#[cfg(any(test, feature = "testing"))]
pub use ports::MockImages;
pub use ports::{AddError, Attachments, Developed, Images, Kept, LEAST_BYTES, NewAttachment};
pub use upload::{Upload, UploadError};
