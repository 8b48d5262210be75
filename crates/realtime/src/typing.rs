use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

/// How long others see that somebody types, unless they hear of it again.
pub const TYPING_LASTS: Duration = Duration::from_secs(6);
/// How often others hear of it.
const EVERY: Duration = Duration::from_secs(2);

/// Of whom others have heard where that they type. It is told every other second at most, however
/// often a client says it.
#[derive(Debug)]
pub(crate) struct Typing {
    told: Mutex<Told>,
    /// Whether anybody may be in it: messages, which end typing, mostly find nobody.
    any: AtomicBool,
}

#[derive(Debug)]
struct Told {
    when: HashMap<(RoomId, UserId), Instant>,
    swept: Instant,
}

impl Typing {
    pub(crate) fn new() -> Self {
        let told = Told {
            when: HashMap::new(),
            swept: Instant::now(),
        };
        Self {
            told: Mutex::new(told),
            any: AtomicBool::new(false),
        }
    }

    /// Somebody types: whether others are to be told.
    pub(crate) fn begins(&self, room: RoomId, user: UserId) -> bool {
        let now = Instant::now();
        let mut told = self.told.lock().expect("no panic while it is locked");
        if now - told.swept > TYPING_LASTS {
            told.swept = now;
            told.when.retain(|_, at| now - *at < TYPING_LASTS);
        }
        let last = told.when.get(&(room, user));
        let tells = last.is_none_or(|at| now - *at >= EVERY);
        if tells {
            told.when.insert((room, user), now);
            self.any.store(true, Ordering::Relaxed);
        }
        tells
    }

    /// They have said it: what they type next is news.
    pub(crate) fn ends(&self, room: RoomId, users: impl IntoIterator<Item = UserId>) {
        if !self.any.load(Ordering::Relaxed) {
            return;
        }
        let mut told = self.told.lock().expect("no panic while it is locked");
        for user in users {
            told.when.remove(&(room, user));
        }
        if told.when.is_empty() {
            self.any.store(false, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use whatscrap_kernel::Uuid;

    use super::*;

    const ROOM: RoomId = RoomId(Uuid::from_u128(1));
    const ADA: UserId = UserId(Uuid::from_u128(2));
    const BEN: UserId = UserId(Uuid::from_u128(3));

    #[tokio::test(start_paused = true)]
    async fn typing_is_told_every_other_second_and_anew_after_a_message() {
        let typing = Typing::new();
        assert!(typing.begins(ROOM, ADA));
        assert!(!typing.begins(ROOM, ADA));
        assert!(typing.begins(ROOM, BEN), "another person is another matter");
        typing.ends(ROOM, [ADA]);
        assert!(typing.begins(ROOM, ADA));
        assert!(!typing.begins(ROOM, BEN));
        tokio::time::advance(EVERY).await;
        assert!(typing.begins(ROOM, BEN));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_remembered_for_long() {
        let typing = Typing::new();
        typing.begins(ROOM, ADA);
        tokio::time::advance(TYPING_LASTS * 2).await;
        typing.begins(ROOM, BEN);
        assert_eq!(typing.told.lock().unwrap().when.len(), 1);
        typing.ends(ROOM, [BEN]);
        assert!(!typing.any.load(Ordering::Relaxed));
    }
}
