use whatscrap_kernel::{BackendError, Incoming};
use whatscrap_users::{PictureError, UserId};

use super::files::{Part, key};
use super::{AddError, Developed, Files, Media, NewAttachment, clean_name, sniff};
use crate::{Attachment, AttachmentId};

/// How much of a file is looked at to know what it is.
const HEAD: usize = 8 << 10;
/// How much of a file is held before it goes to the disk.
const HELD: usize = 256 << 10;

/// Why a file was refused.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is nothing in it.
    #[error("this file is empty")]
    Empty,
    /// It has more bytes than the server takes.
    #[error("a file has at most {} MB", most >> 20)]
    TooLarge {
        /// The most bytes.
        most: u64,
    },
    /// It says that it is a picture, and cannot be shown as one.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// It is not kept.
    #[error(transparent)]
    Add(#[from] AddError),
}

/// A file that is coming in. Dropped, it is gone.
pub struct Upload {
    files: Files,
    owner: UserId,
    id: AttachmentId,
    incoming: Box<dyn Incoming>,
    head: Vec<u8>,
    held: Vec<u8>,
    size: u64,
}

impl Upload {
    pub(super) fn new(
        files: Files,
        owner: UserId,
        id: AttachmentId,
        incoming: Box<dyn Incoming>,
    ) -> Self {
        Self {
            files,
            owner,
            id,
            incoming,
            head: Vec::new(),
            held: Vec::new(),
            size: 0,
        }
    }

    /// Takes what comes next.
    pub async fn write(&mut self, part: &[u8]) -> Result<(), UploadError> {
        self.size += part.len() as u64;
        let most = self.files.limits.file_bytes;
        if self.size > most {
            return Err(UploadError::TooLarge { most });
        }
        let missing = HEAD - self.head.len();
        self.head.extend(&part[..part.len().min(missing)]);
        self.held.extend_from_slice(part);
        if self.held.len() >= HELD {
            self.flush().await?;
        }
        Ok(())
    }

    /// The whole file has come: keeps it under this name. It is its uploader's until one of their
    /// messages takes it.
    pub async fn finish(mut self, name: &str) -> Result<Attachment, UploadError> {
        if self.size == 0 {
            return Err(UploadError::Empty);
        }
        self.flush().await?;
        let kind = sniff(&self.head);
        let mut thumbnail = None;
        let mut attachment = Attachment {
            id: self.id,
            name: clean_name(name),
            kind: kind.to_owned(),
            size: self.size,
            width: None,
            height: None,
            has_thumbnail: false,
            alt: None,
        };
        if Media::of(kind) == Media::Image {
            let developed = self.develop().await?;
            attachment.size = self.size;
            attachment.width = Some(developed.width);
            attachment.height = Some(developed.height);
            attachment.has_thumbnail = developed.thumbnail.is_some();
            thumbnail = developed.thumbnail;
        }
        self.keep(attachment, thumbnail).await
    }

    /// Makes a picture fit to be shown.
    async fn develop(&mut self) -> Result<Developed, UploadError> {
        let file = self.incoming.look().await?;
        let mut developed = self.files.images.develop(file).await?;
        if let Some(file) = developed.file.take() {
            self.incoming = self.files.blobs.begin(&key(self.id, Part::Whole)).await?;
            self.size = file.len() as u64;
            self.incoming.write(file).await?;
        }
        Ok(developed)
    }

    async fn keep(
        self,
        attachment: Attachment,
        thumbnail: Option<Vec<u8>>,
    ) -> Result<Attachment, UploadError> {
        let Self {
            files,
            owner,
            id,
            incoming,
            ..
        } = self;
        let new = NewAttachment {
            attachment,
            owner,
            created_at: files.clock.now(),
        };
        // A row without a blob is swept; a blob without a row would not be.
        files.attachments.add(&new, files.limits.user_bytes).await?;
        incoming.keep().await?;
        if let Some(thumbnail) = thumbnail {
            let key = key(id, Part::Thumbnail);
            files.blobs.put(&key, thumbnail).await?;
        }
        files.attachments.confirm(id).await?;
        Ok(new.attachment)
    }

    async fn flush(&mut self) -> Result<(), BackendError> {
        let held = std::mem::take(&mut self.held);
        self.incoming.write(held).await
    }
}

impl From<BackendError> for UploadError {
    fn from(error: BackendError) -> Self {
        Self::Add(error.into())
    }
}
