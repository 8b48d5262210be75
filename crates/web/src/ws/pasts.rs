//! What sockets missed: read and encoded once for all that missed the same.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::Semaphore;
use whatscrap_kernel::{BackendError, Limit, Recent};
use whatscrap_realtime::Frames;
use whatscrap_rooms::{Member, RoomId};

use super::frames;

/// How long a page is kept for the next who ask. A change that comes later has a later version
/// than the page, and is read after it.
const KEPT: Duration = Duration::from_secs(5);
/// The most bytes of pages that are kept.
const MOST_BYTES: u64 = 32 << 20;
/// How many sockets may be given a page at the same time: however many come back at once, what
/// is posted meanwhile waits behind few.
const TURNS: usize = 16;

/// The pages of the past that were asked for a moment ago, by room and the version they follow.
pub(crate) struct Pasts {
    pages: Recent<(RoomId, u64), Arc<Page>>,
    turns: Semaphore,
}

/// The changes of a room after a version.
pub(super) struct Page {
    /// As they go over the wire.
    pub(super) frames: Bytes,
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
            pages: Recent::new(MOST_BYTES, KEPT, |page| {
                u32::try_from(page.frames.len()).unwrap_or(u32::MAX)
            }),
            turns: Semaphore::new(TURNS),
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
        let _turn = self.turns.acquire().await;
        // Everything else that is ready goes first.
        tokio::task::yield_now().await;
        let read = async || {
            let changes = messages.changes(member, from, Limit::MAX).await?;
            let changes = changes.ok_or(Missed::Ahead)?;
            Ok(Arc::new(Page {
                frames: Frames::of(&changes.messages, frames::encode_message).bytes(),
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
