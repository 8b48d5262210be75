use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::{BackendError, BlobKey, Blobs, Clock, Ids, Uuid};
use whatscrap_rooms::AccessError;
use whatscrap_users::UserId;

use super::{AddError, Attachments, Images, Upload, UploadError};
use crate::{Attachment, AttachmentId};

/// Where the blobs are.
const FOLDER: &str = "attachments";
/// What the name of a thumbnail's blob ends with.
const THUMBNAIL: &str = "-thumbnail";
/// How many are cleared, or looked up, in one go.
const BATCH: u32 = 500;
/// How long a file waits for a message to take it.
const UNUSED: Duration = Duration::from_hours(24);

/// What the operator allows.
#[derive(Debug, Clone, Copy)]
pub struct FileLimits {
    /// The most bytes of a file.
    pub file_bytes: u64,
    /// The most bytes of all files of one person.
    pub user_bytes: u64,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            file_bytes: 25 << 20,
            user_bytes: 1 << 30,
        }
    }
}

/// What there is of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// A smaller picture.
    Thumbnail,
}

/// The files that people send, as callers use them.
#[derive(Clone)]
pub struct Files {
    pub(super) attachments: Arc<dyn Attachments>,
    pub(super) blobs: Arc<dyn Blobs>,
    pub(super) images: Arc<dyn Images>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: FileLimits,
    rooms: whatscrap_rooms::Service,
    ids: Arc<dyn Ids>,
}

impl Files {
    /// Wires the service to its ports.
    pub fn new(
        attachments: Arc<dyn Attachments>,
        blobs: Arc<dyn Blobs>,
        images: Arc<dyn Images>,
        rooms: whatscrap_rooms::Service,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        limits: FileLimits,
    ) -> Self {
        Self {
            attachments,
            blobs,
            images,
            clock,
            limits,
            rooms,
            ids,
        }
    }

    /// What the operator allows.
    pub fn limits(&self) -> FileLimits {
        self.limits
    }

    /// Begins to take in somebody's file, unless their files fill what they may already.
    pub async fn begin(&self, owner: UserId) -> Result<Upload, UploadError> {
        if self.attachments.used(owner).await? >= self.limits.user_bytes {
            return Err(AddError::QuotaExceeded.into());
        }
        let id = AttachmentId::new(&*self.ids);
        let incoming = self.blobs.begin(&key(id, Part::Whole)).await?;
        Ok(Upload::new(self.clone(), owner, id, incoming))
    }

    /// A file, if this person may see it now: they are in the room of its message, or sent it and
    /// no message has it yet.
    pub async fn seen_by(
        &self,
        user: UserId,
        id: AttachmentId,
    ) -> Result<Option<Attachment>, BackendError> {
        let Some(kept) = self.attachments.find(id).await? else {
            return Ok(None);
        };
        let may_see = match kept.room {
            None => kept.owner == user,
            Some(room) => match self.rooms.member(room, user).await {
                Ok(_) => true,
                Err(AccessError::NotFound | AccessError::NotAMember) => false,
                Err(AccessError::Backend(error)) => return Err(error),
            },
        };
        Ok(may_see.then_some(kept.attachment))
    }

    /// At most `most` bytes of a file that somebody may see, from this one on; `None` if it has
    /// been deleted meanwhile.
    pub async fn read(
        &self,
        id: AttachmentId,
        part: Part,
        from: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, BackendError> {
        self.blobs.read(&key(id, part), from, most).await
    }

    /// Says in words what a file shows. `None` if it is not theirs, or a message has it.
    pub async fn describe(
        &self,
        user: UserId,
        id: AttachmentId,
        alt: Option<&str>,
    ) -> Result<Option<Attachment>, BackendError> {
        self.attachments.describe(id, user, alt).await
    }

    /// Deletes a file of theirs that no message has; whether there was one.
    pub async fn discard(&self, user: UserId, id: AttachmentId) -> Result<bool, BackendError> {
        let now = self.clock.now();
        let discarded = self.attachments.discard(id, user, now).await?;
        if discarded {
            self.clear().await?;
        }
        Ok(discarded)
    }

    /// Deletes what no message has taken for a day, and everything else that is discarded.
    pub async fn sweep(&self) -> Result<(), BackendError> {
        let now = self.clock.now();
        self.attachments.expire(now - UNUSED, now).await?;
        self.clear().await
    }

    /// Deletes for good what is discarded: a message's files, once it is deleted.
    pub async fn clear(&self) -> Result<(), BackendError> {
        loop {
            let ids = self.attachments.discarded(BATCH).await?;
            if ids.is_empty() {
                return Ok(());
            }
            for id in &ids {
                self.blobs.delete(&key(*id, Part::Thumbnail)).await?;
                self.blobs.delete(&key(*id, Part::Whole)).await?;
            }
            self.attachments.forget(&ids).await?;
        }
    }

    /// Deletes blobs that no row knows: those that came after a backup of the database which was
    /// put back.
    pub async fn clear_strays(&self) -> Result<(), BackendError> {
        let mut last = None;
        loop {
            let most = usize::try_from(BATCH).unwrap_or(usize::MAX);
            let names = self.blobs.names(FOLDER, last.as_ref(), most).await?;
            let ids: Vec<_> = names.iter().filter_map(owner).collect();
            let known = self.attachments.known(&ids).await?;
            let strays = names
                .iter()
                .filter(|name| owner(name).is_none_or(|id| !known.contains(&id)));
            for stray in strays {
                tracing::info!(
                    blob = stray.name(),
                    "nobody knows of this file: it is deleted"
                );
                self.blobs.delete(stray).await?;
            }
            match names.into_iter().next_back() {
                Some(name) => last = Some(name),
                None => return Ok(()),
            }
        }
    }
}

/// Where a part is.
pub(super) fn key(id: AttachmentId, part: Part) -> BlobKey {
    let ending = match part {
        Part::Whole => "",
        Part::Thumbnail => THUMBNAIL,
    };
    let name = format!("{}{ending}", id.0.simple());
    BlobKey::new(FOLDER, name).expect("digits and letters are a name")
}

/// Whose part a blob is.
fn owner(key: &BlobKey) -> Option<AttachmentId> {
    let name = key.name().strip_suffix(THUMBNAIL).unwrap_or(key.name());
    Uuid::try_parse(name).ok().map(AttachmentId)
}
