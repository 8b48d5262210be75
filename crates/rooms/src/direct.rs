use std::collections::BTreeSet;

use whatscrap_kernel::{BackendError, Time};
use whatscrap_users::UserId;

use crate::{Room, RoomId, RoomKind, RoomName, Topic};

/// The people of a direct room. They are a set: neither order nor repetition make another room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People(BTreeSet<UserId>);

/// Why these people have no direct room.
#[derive(Debug, thiserror::Error)]
pub enum DirectError {
    /// There are more than the operator allows.
    #[error("a direct room has at most {most} people")]
    TooMany {
        /// How many are allowed, oneself included.
        most: usize,
    },
    /// One of them is nobody.
    #[error("one of these people is not on this server")]
    UnknownPerson,
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl People {
    /// Someone and those whom they name; to name oneself changes nothing.
    pub fn of(me: UserId, named: &[UserId], most: usize) -> Result<Self, DirectError> {
        let people: BTreeSet<_> = named.iter().copied().chain([me]).collect();
        if people.len() <= most {
            Ok(Self(people))
        } else {
            Err(DirectError::TooMany { most })
        }
    }

    /// Each of them, once.
    pub fn iter(&self) -> impl Iterator<Item = UserId> {
        self.0.iter().copied()
    }

    /// What is the same for the same people, and for no others.
    pub fn key(&self) -> Vec<u8> {
        self.iter().flat_map(|user| user.0.into_bytes()).collect()
    }
}

/// A direct room to be made, unless these people have theirs already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDirect {
    /// The room, without a name of its own.
    pub room: Room,
    /// Its members, for ever.
    pub people: People,
}

impl NewDirect {
    /// The room that these people get if they have none.
    pub fn new(id: RoomId, people: People, now: Time) -> Self {
        let room = Room {
            id,
            name: RoomName::stored(String::new()),
            kind: RoomKind::Direct,
            topic: Topic::default(),
            last_seq: 0,
            version: 0,
            created_at: now,
            archived_at: None,
        };
        Self { room, people }
    }
}

/// The one room of some people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direct {
    /// The room.
    pub room: RoomId,
    /// Whether this call made it.
    pub is_new: bool,
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;

    use super::*;

    #[test]
    fn neither_order_nor_repetition_nor_naming_oneself_make_other_people() {
        let [ada, ben, eve] = [1, 2, 3].map(|number| UserId(Uuid::from_u128(number)));
        let people = People::of(ada, &[ben, eve], 3).unwrap();
        for named in [vec![eve, ben], vec![ben, ben, eve], vec![eve, ada, ben]] {
            assert_eq!(People::of(ada, &named, 3).unwrap().key(), people.key());
        }
        assert_eq!(People::of(ben, &[eve, ada], 3).unwrap(), people);
        assert_ne!(People::of(ada, &[ben], 3).unwrap().key(), people.key());
        assert_eq!(
            People::of(ada, &[], 3).unwrap().iter().collect::<Vec<_>>(),
            [ada]
        );
    }

    #[test]
    fn people_beyond_the_limit_are_refused() {
        let users: Vec<_> = (1..=4)
            .map(|number| UserId(Uuid::from_u128(number)))
            .collect();
        assert!(People::of(users[0], &users[..3], 3).is_ok());
        assert!(matches!(
            People::of(users[0], &users, 3),
            Err(DirectError::TooMany { most: 3 })
        ));
    }
}
