//! What sockets missed: read and encoded once for all that missed the same.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use whatscrap_kernel::{BackendError, Limit, Recent};
use whatscrap_rooms::{Member, RoomId};

use super::Frame;
use super::frames;

/// How long a page is kept for the next who ask. A change that comes later has a later version
/// than the page, and is read after it.
const KEPT: Duration = Duration::from_secs(5);
/// The most bytes of pages that are kept.
const MOST_BYTES: u64 = 32 << 20;
/// How many pages may be read from the database at the same time.
const READINGS: usize = 16;

/// The pages of the past that were asked for a moment ago, by room and the version they follow.
pub(crate) struct Pasts {
    pages: Recent<(RoomId, u64), Arc<Page>>,
    readings: Semaphore,
}

/// The changes of a room after a version, as frames.
pub(super) struct Page {
    pub(super) frames: Box<[Frame]>,
    /// Everything up to this version is in the page or was there before.
    pub(super) version: u64,
    /// Whether more follows.
    pub(super) more: bool,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
enum Missed {
    #[error("the room has not come to that version")]
    Ahead,
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl Pasts {
    pub(crate) fn new() -> Self {
        Self {
            pages: Recent::new(MOST_BYTES, KEPT, |page| page.weight()),
            readings: Semaphore::new(READINGS),
        }
    }

    /// The page after version `from`; `None` if the room has not come to that version. A last page
    /// reaches at least to `seen`, a version that the socket knows of: what is later comes to it
    /// live.
    pub(super) async fn page(
        &self,
        messages: &whatscrap_messages::Service,
        member: &Member,
        from: u64,
        seen: u64,
    ) -> Result<Option<Arc<Page>>, BackendError> {
        let read = async || {
            let _permit = self.readings.acquire().await;
            let changes = messages.changes(member, from, Limit::MAX).await?;
            let changes = changes.ok_or(Missed::Ahead)?;
            Ok(Arc::new(Page {
                frames: changes
                    .messages
                    .iter()
                    .map(frames::encode_message)
                    .collect(),
                version: changes.version,
                more: changes.more,
            }))
        };
        let reaches = |page: &Arc<Page>| page.more || page.version >= seen;
        match self.pages.get(&(member.room(), from), reaches, read).await {
            Ok(page) => Ok(Some(page)),
            Err(missed) => match *missed {
                Missed::Ahead => Ok(None),
                Missed::Backend(_) => Err(BackendError::new(missed)),
            },
        }
    }
}

impl Page {
    fn weight(&self) -> u32 {
        let bytes: usize = self.frames.iter().map(|frame| frame.len() + 64).sum();
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}
