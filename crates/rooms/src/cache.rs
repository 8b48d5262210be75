use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::{BackendError, Forgotten, Moment, Recent};
use whatscrap_users::UserId;

use crate::{AccessError, Member, Right, Role, RoomId, RoomKind, Rooms, Ruling};

/// The most places kept.
const MOST: u64 = 50_000;
/// How long a place is believed without asking the database: whom another node put out is out here
/// at the latest after this.
const BELIEVED: Duration = Duration::from_secs(1);

/// Who was a member where a moment ago, so that not every request need ask the database. Only
/// places are kept: who comes in is in at once, on every node.
#[derive(Clone)]
pub(crate) struct Places {
    recent: Recent<(RoomId, UserId), Place>,
    forgotten: Arc<Forgotten>,
}

/// Someone's place as it was read.
#[derive(Debug, Clone, Copy)]
struct Place {
    kind: RoomKind,
    role: Role,
    read: Moment,
}

impl Places {
    pub(crate) fn new() -> Self {
        Self {
            recent: Recent::new(MOST, BELIEVED, |_| 1),
            forgotten: Arc::default(),
        }
    }

    /// The proof that someone is in, from `rooms` unless it was read a moment ago.
    pub(crate) async fn member(
        &self,
        room: RoomId,
        user: UserId,
        rooms: &dyn Rooms,
    ) -> Result<Member, AccessError> {
        let is_believed = |place: &Place| self.forgotten.believes(user.0, place.read);
        let read = async || {
            let read = self.forgotten.now();
            let membership = rooms.membership(room, user).await?;
            let membership = membership.ok_or(AccessError::NotFound)?;
            let kind = membership.kind;
            match membership.role {
                Some(role) => Ok(Place { kind, role, read }),
                None if Right::Read.ruling(kind, None) == Ruling::Hidden => {
                    Err(AccessError::NotFound)
                }
                None => Err(AccessError::NotAMember),
            }
        };
        match self.recent.get(&(room, user), is_believed, read).await {
            Ok(place) => Ok(Member::new(user, room, place.kind, place.role)),
            Err(refused) => Err(match *refused {
                AccessError::NotFound => AccessError::NotFound,
                AccessError::NotAMember => AccessError::NotAMember,
                AccessError::Backend(_) => AccessError::Backend(BackendError::new(refused)),
            }),
        }
    }

    /// Forgets the places of someone of whom one ended or changed.
    pub(crate) fn forget(&self, user: UserId) {
        self.forgotten.forget(user.0);
    }
}
