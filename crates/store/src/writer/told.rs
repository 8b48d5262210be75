use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use whatscrap_messages::{Message, PostError, Posted};
use whatscrap_rooms::RoomId;

/// The most messages of a room that are published in one go: a quarter of what may wait for a
/// socket.
const RUN: usize = 64;
/// The most rooms that are remembered.
const ROOMS: usize = 10_000;

/// The latest version of each room that was told. What is not in it is told again by a retry:
/// whoever has it leaves it aside, and nobody else would ever learn of a message whose group was
/// committed and then lost.
#[derive(Default)]
pub(super) struct Told(HashMap<RoomId, u64>);

/// What is to be published of each room, run after run: in each, version follows version.
pub(super) type Runs = HashMap<RoomId, VecDeque<Vec<Arc<Message>>>>;

impl Told {
    /// Takes for told what was not: what is new, and retries of what may never have been told.
    pub(super) fn runs(&mut self, results: &[Result<Posted, PostError>]) -> Runs {
        if self.0.len() > ROOMS {
            self.0.clear();
        }
        let mut rooms = Runs::new();
        for Posted { message, .. } in results.iter().flatten() {
            let told = self.0.entry(message.room).or_default();
            if message.version <= *told {
                continue;
            }
            let follows = message.version == *told + 1;
            *told = message.version;
            let runs = rooms.entry(message.room).or_default();
            match runs.back_mut() {
                Some(run) if follows && run.len() < RUN => run.push(Arc::clone(message)),
                _ => runs.push_back(vec![Arc::clone(message)]),
            }
        }
        rooms
    }
}
