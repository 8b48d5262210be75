use std::io::Read;

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::RoomId;
use whatscrap_users::{PictureError, UserId};

use crate::{Attachment, AttachmentId};

/// What a file counts at least: so much of a disk the smallest one takes.
pub const LEAST_BYTES: u64 = 4_096;

/// A file that has come in, but is not kept yet.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    /// What is known of it.
    pub attachment: Attachment,
    /// Who sent it.
    pub owner: UserId,
    /// When.
    pub created_at: Time,
}

/// A file, and who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What is known of it.
    pub attachment: Attachment,
    /// Who sent it.
    pub owner: UserId,
    /// The room of the message that took it; `None` while none has.
    pub room: Option<RoomId>,
}

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// With it, its owner's files would take more than they may.
    #[error("your files take as much room as they may: delete some first")]
    QuotaExceeded,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// The rows of the files. A message takes its files in [`Messages::post`](crate::Messages::post)
/// and gives them up when it is deleted.
#[async_trait]
pub trait Attachments: Send + Sync {
    /// How many bytes someone's files take, each at least [`LEAST_BYTES`]; without those that are
    /// discarded.
    async fn used(&self, owner: UserId) -> Result<u64, BackendError>;

    /// Notes a file, before there is a blob of it. Nobody finds it yet. Its owner's files never
    /// take more than `quota`, however many come at once.
    async fn add(&self, new: &NewAttachment, quota: u64) -> Result<(), AddError>;

    /// Its blob is there: it can be found, described, and taken by a message.
    async fn confirm(&self, id: AttachmentId) -> Result<(), BackendError>;

    /// A file that is there and not discarded.
    async fn find(&self, id: AttachmentId) -> Result<Option<Kept>, BackendError>;

    /// Says in words what a file shows. `None` if it is not this owner's, or a message has it.
    async fn describe<'a>(
        &self,
        id: AttachmentId,
        owner: UserId,
        alt: Option<&'a str>,
    ) -> Result<Option<Attachment>, BackendError>;

    /// Discards a file; whether it was this owner's and no message had it.
    async fn discard(
        &self,
        id: AttachmentId,
        owner: UserId,
        now: Time,
    ) -> Result<bool, BackendError>;

    /// Discards what was noted before this moment and no message has taken.
    async fn expire(&self, before: Time, now: Time) -> Result<(), BackendError>;

    /// Files that are discarded, and still have to be forgotten.
    async fn discarded(&self, most: u32) -> Result<Vec<AttachmentId>, BackendError>;

    /// Forgets those of these that are discarded: their blobs are gone.
    async fn forget(&self, ids: &[AttachmentId]) -> Result<(), BackendError>;

    /// Those of these that there is a row of, discarded or not.
    async fn known(&self, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>, BackendError>;
}

/// A picture, made fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Developed {
    /// Pixels, as one looks at it.
    pub width: u32,
    /// Pixels, as one looks at it.
    pub height: u32,
    /// The file without what it told about its making; `None` if it told nothing.
    pub file: Option<Vec<u8>>,
    /// A smaller picture, as JPEG or PNG, if that is worth it.
    pub thumbnail: Option<Vec<u8>>,
}

/// Makes pictures fit to be shown.
///
/// Whatever the file is, this takes a bounded time and memory, and only so many at a time.
#[cfg_attr(any(test, feature = "testing"), mockall::automock)]
#[async_trait]
pub trait Images: Send + Sync {
    /// Measures a PNG, JPEG, WebP or GIF file, takes out where and with what it was made and
    /// whatever else is no picture, and makes a smaller one. It is read when its turn has come.
    async fn develop(&self, file: Box<dyn Read + Send>) -> Result<Developed, PictureError>;
}
