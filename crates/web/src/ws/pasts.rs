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

#[cfg(test)]
mod tests {
    use whatscrap_kernel::{ManualClock, SequentialIds};
    use whatscrap_messages::testing::{MockMessages, RecordingBus};
    use whatscrap_messages::{Changes, Limits, Service};
    use whatscrap_rooms::{Role, testing};
    use whatscrap_users::UserId;

    use super::*;

    /// Messages that are asked for changes as often as there are answers: a version, and whether
    /// more follows.
    fn messages(answers: &'static [Option<(u64, bool)>]) -> Service {
        let mut messages = MockMessages::new();
        let mut next = answers.iter();
        let expected = messages.expect_changes().times(answers.len());
        expected.returning(move |_, _, _| {
            let answer = next.next().expect("asked no more often than that");
            Ok(answer.map(|(version, more)| Changes {
                messages: Vec::new(),
                version,
                more,
            }))
        });
        Service::new(
            Arc::new(messages),
            Arc::new(RecordingBus::default()),
            Arc::new(ManualClock::default()),
            Arc::new(SequentialIds::default()),
            Limits::default(),
        )
    }

    fn member() -> Member {
        let ids = SequentialIds::default();
        testing::member(UserId::new(&ids), RoomId::new(&ids), Role::Member)
    }

    async fn version(pasts: &Pasts, messages: &Service, seen: u64) -> u64 {
        let page = pasts.page(messages, &member(), 0, seen).await;
        page.unwrap().unwrap().version
    }

    #[tokio::test]
    async fn those_who_missed_the_same_share_one_reading() {
        let (pasts, messages) = (Pasts::new(), messages(&[Some((5, false))]));
        let ask = || version(&pasts, &messages, 5);
        assert_eq!(tokio::join!(ask(), ask(), ask()), (5, 5, 5));
        assert_eq!(ask().await, 5);
    }

    #[tokio::test]
    async fn a_last_page_is_read_again_for_whom_it_does_not_reach() {
        let (pasts, messages) = (
            Pasts::new(),
            messages(&[Some((5, false)), Some((6, false))]),
        );
        assert_eq!(version(&pasts, &messages, 5).await, 5);
        assert_eq!(version(&pasts, &messages, 6).await, 6);
        assert_eq!(version(&pasts, &messages, 5).await, 6);
    }

    #[tokio::test]
    async fn a_page_that_more_follows_serves_everyone() {
        let (pasts, messages) = (Pasts::new(), messages(&[Some((200, true))]));
        assert_eq!(version(&pasts, &messages, 200).await, 200);
        assert_eq!(version(&pasts, &messages, 300).await, 200);
    }

    #[tokio::test]
    async fn who_is_ahead_of_the_room_is_told_so() {
        let (pasts, messages) = (Pasts::new(), messages(&[None]));
        assert!(
            pasts
                .page(&messages, &member(), 9, 9)
                .await
                .unwrap()
                .is_none()
        );
    }
}
