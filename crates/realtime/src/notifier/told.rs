use std::collections::HashMap;

use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

/// How many people are remembered, and how many rooms of each.
const PEOPLE: usize = 100_000;
const ROOMS: usize = 50;

/// Which rooms people have notifications of, so that they are withdrawn once they were read.
///
/// Browsers show a notification for every push, whether it has one or not: so what was read
/// elsewhere is withdrawn by the next push, or by a page that is open (`static/js/notices.js`).
#[derive(Debug, Default)]
pub(super) struct Told(HashMap<UserId, HashMap<RoomId, Shown>>);

#[derive(Debug)]
struct Shown {
    seq: u64,
    /// The message whose words are shown.
    message: u64,
    is_read: bool,
}

impl Told {
    /// A person is told of a room, up to a position and in the words of one message; which other
    /// rooms they have read since.
    pub(super) fn tell(
        &mut self,
        user: UserId,
        room: RoomId,
        seq: u64,
        message: u64,
    ) -> Vec<RoomId> {
        if self.0.len() >= PEOPLE {
            self.0.clear();
        }
        let rooms = self.0.entry(user).or_default();
        let shown = Shown {
            seq,
            message,
            is_read: false,
        };
        rooms.insert(room, shown);
        let read: Vec<_> = rooms
            .extract_if(|_, shown| shown.is_read)
            .map(|(room, _)| room)
            .collect();
        if rooms.len() > ROOMS {
            rooms.retain(|other, _| *other == room);
        }
        read
    }

    /// Whether a person is shown this message.
    pub(super) fn shows(&self, user: UserId, room: RoomId, message: u64) -> bool {
        let shown = self.0.get(&user).and_then(|rooms| rooms.get(&room));
        shown.is_some_and(|shown| shown.message == message)
    }

    /// What a person is shown of a room is not to be shown any more.
    pub(super) fn withdraw(&mut self, user: UserId, room: RoomId) {
        self.read(user, room, u64::MAX);
    }

    /// A person has read up to here.
    pub(super) fn read(&mut self, user: UserId, room: RoomId, seq: u64) {
        let rooms = self.0.get_mut(&user);
        if let Some(shown) = rooms.and_then(|rooms| rooms.get_mut(&room)) {
            shown.is_read |= seq >= shown.seq;
        }
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;

    use super::*;

    #[test]
    fn what_was_read_elsewhere_is_withdrawn_once_by_the_next_push() {
        let (ada, ben) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let room = |number| RoomId(Uuid::from_u128(number));
        let mut told = Told::default();
        assert_eq!(told.tell(ada, room(1), 5, 5), []);
        told.read(ada, room(1), 4);
        assert_eq!(told.tell(ada, room(2), 1, 1), []);
        told.read(ada, room(1), 5);
        told.read(ada, room(9), 5);
        assert_eq!(told.tell(ben, room(3), 1, 1), []);
        assert_eq!(told.tell(ada, room(3), 1, 1), [room(1)]);
        assert_eq!(told.tell(ada, room(3), 2, 2), []);
        told.read(ada, room(3), 2);
        assert_eq!(
            told.tell(ada, room(3), 3, 3),
            [],
            "what is shown anew is not withdrawn"
        );
    }

    #[test]
    fn what_is_shown_is_withdrawn_by_the_next_push() {
        let (ada, room) = (UserId(Uuid::from_u128(1)), RoomId(Uuid::from_u128(1)));
        let mut told = Told::default();
        told.tell(ada, room, 5, 3);
        assert!(told.shows(ada, room, 3) && !told.shows(ada, room, 5));
        told.withdraw(ada, room);
        assert_eq!(told.tell(ada, RoomId(Uuid::from_u128(2)), 1, 1), [room]);
    }
}
