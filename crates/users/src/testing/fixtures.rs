use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use whatscrap_kernel::{Clock, ManualClock, Time, Uuid};

use crate::{
    Availability, DisplayName, Founding, Login, NewSession, NewUser, Preferences, ServerRole,
    Session, SessionId, SessionKind, StoredHash, TokenHash, User, UserId, Username,
};

/// The time at which fixtures are made.
pub fn now() -> Time {
    ManualClock::default().now()
}

/// A hash that is only compared, never computed.
pub fn stored(hash: &str) -> StoredHash {
    StoredHash(hash.to_owned())
}

/// A later account of this name, not yet made.
pub fn new_user(name: &str) -> NewUser {
    let user = User {
        id: UserId(fresh()),
        username: Username::parse(name).expect("a username"),
        display_name: DisplayName::parse(name).expect("a display name"),
        avatar: None,
        status: None,
        availability: Availability::default(),
        role: ServerRole::Member,
        bot: false,
        created_at: now(),
    };
    NewUser {
        user,
        password: stored("hash"),
        founding: Founding::Later,
        admission: None,
    }
}

/// The account that founds the server, not yet made.
pub fn founder(name: &str) -> NewUser {
    let mut founder = new_user(name);
    (founder.user.role, founder.founding) = (ServerRole::Owner, Founding::First);
    founder
}

/// A browser's session of this account, not yet opened, that ends in an hour.
pub fn new_session(user: UserId) -> NewSession {
    let id = fresh();
    let session = Session {
        id: SessionId(id),
        user,
        kind: SessionKind::Browser,
        created_at: now(),
        last_seen_at: now(),
        expires_at: now() + TimeDelta::hours(1),
        user_agent: Some("Mozilla/5.0".to_owned()),
        address: Some("192.0.2.1".to_owned()),
    };
    let mut token: TokenHash = [0; 32];
    token[..16].copy_from_slice(id.as_bytes());
    NewSession { session, token }
}

/// Someone who is logged in, stored nowhere.
pub fn login(name: &str) -> Login {
    let user = new_user(name).user;
    Login {
        session: new_session(user.id).session,
        preferences: Preferences::default(),
        user,
    }
}

/// An id that no other fixture of this process has.
fn fresh() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(1 << 32);
    Uuid::from_u64_pair(0, LAST.fetch_add(1, Ordering::Relaxed))
}
