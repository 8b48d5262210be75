//! Looking whether anything was missed.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use whatscrap_kernel::BackendError;
use whatscrap_messages::Event;
use whatscrap_rooms::{RoomEvent, RoomId, Rooms};
use whatscrap_users::{UserEvent, UserId};

use super::{NodesBus, Truth};

/// How many rooms, people or sessions one statement asks for.
const CHUNK: usize = 1_000;
/// How long a look at one room is worth: a node looks at 10,000 a second at most, on average, so
/// that many nodes that miss one do not keep the database busy.
const EACH: Duration = Duration::from_micros(100);

impl NodesBus {
    /// A room in which somebody begins to listen: whether it is new.
    pub(super) fn open_line(&self, room: RoomId) -> bool {
        let mut lines = self.lines.lock(room);
        let is_new = !lines.contains_key(&room);
        lines.entry(room).or_default();
        is_new
    }

    /// Leaves a room to which nobody listens any more: whether somebody does.
    fn is_kept(&self, room: RoomId) -> bool {
        let mut lines = self.lines.lock(room);
        // Who begins to listen is in the hub before their room is opened here.
        let is_heard = self.hub.is_heard(room);
        if !is_heard && lines.remove(&room).is_some() {
            self.carrier.unfollow(room);
        }
        is_heard
    }

    /// How long a look at all rooms that are heard here is to be apart from the next, at least.
    pub(super) fn pause(&self) -> Duration {
        let rooms = self.lines.all(|lines| vec![lines.len()]);
        let rooms = u32::try_from(rooms.iter().sum::<usize>()).unwrap_or(u32::MAX);
        EACH.saturating_mul(rooms)
    }

    /// Compares what the sockets of this node were told with how the database stands, and tells
    /// them the rest: whether it could be read.
    pub(super) async fn sweep(&self, truth: &Truth, revises: bool) -> bool {
        let rooms = self.lines.all(|lines| lines.keys().copied().collect());
        let heard: Vec<_> = rooms
            .into_iter()
            .filter(|room| self.is_kept(*room))
            .collect();
        let looked = async {
            self.compare(&heard, &*truth.rooms).await?;
            if revises {
                self.revise(truth).await?;
            }
            Ok::<_, BackendError>(())
        };
        let looked = looked.await;
        if let Err(error) = &looked {
            tracing::warn!(%error, "what the other nodes did could not be looked at");
        }
        looked.is_ok()
    }

    /// Looks how far these rooms have come.
    pub(super) async fn compare(
        &self,
        rooms: &[RoomId],
        truth: &dyn Rooms,
    ) -> Result<(), BackendError> {
        for rooms in rooms.chunks(CHUNK) {
            for (room, version) in truth.versions(rooms).await? {
                self.stands_at(room, version, true);
            }
        }
        Ok(())
    }

    /// Looks which sessions stand and who is in which room, and tells the sockets of this node what
    /// changed.
    async fn revise(&self, truth: &Truth) -> Result<(), BackendError> {
        let open = self.hub.sessions();
        let ids: Vec<_> = open.keys().copied().collect();
        let mut standing = HashSet::with_capacity(ids.len());
        for ids in ids.chunks(CHUNK) {
            standing.extend(truth.sessions.standing(ids).await?);
        }
        for (session, user) in open {
            if !standing.contains(&session) {
                truth.remembered_users.forget(user);
                let event = UserEvent::SessionEnded { user, session };
                self.hub.deliver(&Event::User(event));
            }
        }
        // What is held is looked at first: who comes in meanwhile is not taken for one who left.
        let held = self.hub.places();
        let users: Vec<_> = held.keys().copied().collect();
        for users in users.chunks(CHUNK) {
            let mut places: HashMap<UserId, HashSet<RoomId>> = HashMap::new();
            for (user, room) in truth.rooms.places(users).await? {
                places.entry(user).or_default().insert(room);
            }
            for user in users {
                let there = places.remove(user).unwrap_or_default();
                self.move_to(*user, &held[user], &there, truth);
            }
        }
        Ok(())
    }

    fn move_to(
        &self,
        user: UserId,
        held: &HashSet<RoomId>,
        there: &HashSet<RoomId>,
        truth: &Truth,
    ) {
        let left = held.difference(there);
        let left = left.map(|room| RoomEvent::Left { room: *room, user });
        let joined = there.difference(held);
        let joined = joined.map(|room| RoomEvent::Joined { room: *room, user });
        for event in left.chain(joined) {
            truth.remembered_rooms.forget(user);
            self.hub.deliver(&Event::Room(event));
        }
    }
}
