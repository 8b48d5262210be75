use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::attachments::{AddError, Kept, LEAST_BYTES, NewAttachment};
use crate::{Attachment, AttachmentId, Attachments};

/// The rows of files, in memory.
#[derive(Debug, Default)]
pub struct FakeAttachments(Mutex<BTreeMap<AttachmentId, Row>>);

#[derive(Debug)]
struct Row {
    kept: Kept,
    discarded: bool,
    confirmed: bool,
    created_at: Time,
}

impl Row {
    /// Whether a message may take it.
    fn is_unused(&self) -> bool {
        self.confirmed && !self.discarded && self.kept.room.is_none()
    }
}

impl FakeAttachments {
    /// How many rows there are, discarded or not.
    pub fn count(&self) -> usize {
        self.rows().len()
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<AttachmentId, Row>> {
        self.0.lock().expect("no panic while files change")
    }

    /// Gives these files of an author to a message in this room, if all can be.
    pub(in crate::testing) fn take(
        &self,
        ids: &[AttachmentId],
        author: UserId,
        room: RoomId,
    ) -> Option<Vec<Attachment>> {
        let mut rows = self.rows();
        let is_theirs = |id| {
            let row: Option<&Row> = rows.get(id);
            row.is_some_and(|row| row.is_unused() && row.kept.owner == author)
        };
        let names: BTreeSet<_> = ids.iter().collect();
        if names.len() < ids.len() || !ids.iter().all(is_theirs) {
            return None;
        }
        let taken = ids.iter().filter_map(|id| {
            let row = rows.get_mut(id)?;
            row.kept.room = Some(room);
            Some(row.kept.attachment.clone())
        });
        Some(taken.collect())
    }

    /// Discards the files of a message that is deleted.
    pub(in crate::testing) fn give_up(&self, files: &[Attachment]) {
        let mut rows = self.rows();
        for file in files {
            if let Some(row) = rows.get_mut(&file.id) {
                row.discarded = true;
            }
        }
    }

    fn unused<T>(
        &self,
        id: AttachmentId,
        owner: UserId,
        act: impl FnOnce(&mut Row) -> T,
    ) -> Option<T> {
        let mut rows = self.rows();
        let row = rows.get_mut(&id)?;
        (row.kept.owner == owner && row.is_unused()).then(|| act(row))
    }
}

#[async_trait]
impl Attachments for FakeAttachments {
    async fn used(&self, owner: UserId) -> Result<u64, BackendError> {
        Ok(used(&self.rows(), owner))
    }

    async fn add(&self, new: &NewAttachment, quota: u64) -> Result<(), AddError> {
        let mut rows = self.rows();
        let size = new.attachment.size.max(LEAST_BYTES);
        if used(&rows, new.owner) + size > quota {
            return Err(AddError::QuotaExceeded);
        }
        let kept = Kept {
            attachment: new.attachment.clone(),
            owner: new.owner,
            room: None,
        };
        let row = Row {
            kept,
            discarded: false,
            confirmed: false,
            created_at: new.created_at,
        };
        rows.insert(new.attachment.id, row);
        Ok(())
    }

    async fn confirm(&self, id: AttachmentId) -> Result<(), BackendError> {
        if let Some(row) = self.rows().get_mut(&id) {
            row.confirmed = true;
        }
        Ok(())
    }

    async fn find(&self, id: AttachmentId) -> Result<Option<Kept>, BackendError> {
        let rows = self.rows();
        let row = rows.get(&id).filter(|row| row.confirmed && !row.discarded);
        Ok(row.map(|row| row.kept.clone()))
    }

    async fn describe<'a>(
        &self,
        id: AttachmentId,
        owner: UserId,
        alt: Option<&'a str>,
    ) -> Result<Option<Attachment>, BackendError> {
        Ok(self.unused(id, owner, |row| {
            row.kept.attachment.alt = alt.map(ToOwned::to_owned);
            row.kept.attachment.clone()
        }))
    }

    async fn discard(
        &self,
        id: AttachmentId,
        owner: UserId,
        _: Time,
    ) -> Result<bool, BackendError> {
        let discarded = self.unused(id, owner, |row| row.discarded = true);
        Ok(discarded.is_some())
    }

    async fn expire(&self, before: Time, _: Time) -> Result<(), BackendError> {
        for row in self.rows().values_mut() {
            row.discarded |= row.kept.room.is_none() && row.created_at < before;
        }
        Ok(())
    }

    async fn discarded(&self, most: u32) -> Result<Vec<AttachmentId>, BackendError> {
        let rows = self.rows();
        let discarded = rows.iter().filter(|(_, row)| row.discarded);
        let ids = discarded.map(|(id, _)| *id);
        Ok(ids.take(usize::try_from(most).expect("fits")).collect())
    }

    async fn forget(&self, ids: &[AttachmentId]) -> Result<(), BackendError> {
        let mut rows = self.rows();
        rows.retain(|id, row| !row.discarded || !ids.contains(id));
        Ok(())
    }

    async fn known(&self, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>, BackendError> {
        let rows = self.rows();
        Ok(ids
            .iter()
            .filter(|id| rows.contains_key(id))
            .copied()
            .collect())
    }
}

fn used(rows: &BTreeMap<AttachmentId, Row>, owner: UserId) -> u64 {
    let theirs = rows
        .values()
        .filter(|row| row.kept.owner == owner && !row.discarded);
    theirs
        .map(|row| row.kept.attachment.size.max(LEAST_BYTES))
        .sum()
}
