use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use whatscrap_messages::{ChangeError, Message, Posted};
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
    pub(super) fn runs(&mut self, results: &[Result<Posted, ChangeError>]) -> Runs {
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

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;
    use whatscrap_messages::testing::{self, new_message};
    use whatscrap_users::testing::founder;

    use super::*;

    fn posted(room: u128, version: u64) -> Posted {
        let author = founder("ada").user;
        let new = new_message(RoomId(Uuid::from_u128(room)), author.id, "hi");
        Posted {
            message: Arc::new(testing::posted(new, author, version)),
            version,
            duplicate: false,
        }
    }

    fn versions(told: &mut Told, results: &[Result<Posted, ChangeError>]) -> Vec<Vec<u64>> {
        let runs = told.runs(results).into_values().flatten();
        runs.map(|run| run.iter().map(|message| message.version).collect())
            .collect()
    }

    #[test]
    fn a_run_has_at_most_sixty_four_and_the_next_goes_on() {
        let results: Vec<_> = (1..=130).map(|version| Ok(posted(1, version))).collect();
        let runs = versions(&mut Told::default(), &results);
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [64, 64, 2]);
        assert_eq!(runs.concat(), (1..=130).collect::<Vec<_>>());
    }

    #[test]
    fn in_a_run_version_follows_version() {
        let results = [5, 6, 9].map(|version| Ok(posted(1, version)));
        assert_eq!(
            versions(&mut Told::default(), &results),
            [vec![5, 6], vec![9]]
        );
    }

    #[test]
    fn what_was_told_is_not_told_again_and_what_was_not_is() {
        let mut told = Told::default();
        assert_eq!(versions(&mut told, &[Ok(posted(1, 4))]), [[4]]);
        let again = [Ok(posted(1, 4)), Err(ChangeError::Busy), Ok(posted(1, 5))];
        assert_eq!(versions(&mut told, &again), [[5]]);
        assert_eq!(versions(&mut told, &[Ok(posted(2, 4))]), [[4]]);
    }
}
