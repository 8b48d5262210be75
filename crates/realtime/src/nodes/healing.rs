use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use whatscrap_messages::{Message, Messages};
use whatscrap_rooms::RoomId;

use super::NodesBus;
use super::line::Line;
use crate::Frames;

/// How many changes a node reads for its sockets. What is further behind they read themselves,
/// each when it has its turn.
const PAGE: u32 = 128;
/// How long what is missing may be on its way. On a busy machine that takes a while, and what is read
/// in vain makes it busier.
const MOMENT: Duration = Duration::from_millis(50);

impl NodesBus {
    /// Waits until nothing is missing, or the same has been for a moment.
    pub(super) async fn lacks_the_same(&self, room: RoomId) {
        let mut gap = self.gap(room);
        while gap.is_some() {
            #[expect(clippy::disallowed_methods, reason = "what is missing may not come")]
            sleep(MOMENT).await;
            let before = std::mem::replace(&mut gap, self.gap(room));
            if gap == before {
                return;
            }
        }
    }

    /// Up to where the sockets of this node have been told, if they lack what follows.
    pub(super) fn gap(&self, room: RoomId) -> Option<u64> {
        self.lines.lock(room).get(&room).and_then(Line::gap)
    }

    /// Reads what the sockets of this node lack of a room, and gives it to them: whether it could.
    pub(super) async fn heal(&self, room: RoomId, messages: &dyn Messages) -> bool {
        let Some(after) = self.gap(room) else {
            return true;
        };
        metrics::counter!("whatscrap_bus_healed_total").increment(1);
        match messages.changes(room, after, PAGE).await {
            Ok(Some(changes)) => {
                self.hub.ready().await;
                let read: Vec<_> = changes.messages.into_iter().map(Arc::new).collect();
                let runs = self.runs(&read);
                let mut lines = self.lines.lock(room);
                let Some(line) = lines.get_mut(&room) else {
                    return true;
                };
                for (first, frames) in line.heal(runs, changes.version) {
                    self.hub.deliver_changes(room, first, &frames);
                }
                if changes.more
                    && let Some(far) = line.skip_all()
                {
                    self.hub.deliver_changes(room, far + 1, &Frames::default());
                }
                true
            }
            Ok(None) => {
                // An older copy of the database was put back: the sockets learn it by themselves.
                if let Some(line) = self.lines.lock(room).get_mut(&room) {
                    line.forget();
                }
                true
            }
            Err(error) => {
                tracing::warn!(%error, "what another node said could not be read");
                false
            }
        }
    }

    /// Messages by `version` as runs of which each is without a gap. Between two of them the sockets
    /// find one, and are told by `synced` how far they are.
    fn runs(&self, messages: &[Arc<Message>]) -> Vec<(u64, Frames)> {
        let runs = messages.chunk_by(|one, next| next.version == one.version + 1);
        let run = |run: &[Arc<Message>]| (run[0].version, self.hub.frames(run));
        runs.map(run).collect()
    }
}
