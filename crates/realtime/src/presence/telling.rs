use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};
use whatscrap_kernel::BackendError;
use whatscrap_users::UserId;

use super::People;
use super::digest::{Digest, News};
use crate::{Frames, Hub, Item};

impl Hub {
    /// Tells those who share a room with them who came, went, or has a new profile; at most one
    /// digest at a time, so that whatever happens at once costs a socket one write. Runs for ever.
    pub async fn tell_of_people(
        self: Arc<Self>,
        users: whatscrap_users::Service,
        rooms: whatscrap_rooms::Service,
    ) {
        let mut digests = interval(self.people.digest_every);
        digests.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            digests.tick().await;
            self.people.stirs().await;
            for user in self.people.change(|people, _| people.take_renamed()) {
                if let Err(error) = self.read_profile(user, &users, &rooms).await {
                    tracing::warn!(%error, "a new profile could not be told");
                }
            }
            self.tell_digest();
        }
    }

    /// Tells what changed until now.
    pub(crate) fn tell_digest(&self) {
        let digest = self.people.lock().digest(Instant::now());
        self.tell_all(&digest);
    }

    async fn read_profile(
        &self,
        user: UserId,
        users: &whatscrap_users::Service,
        rooms: &whatscrap_rooms::Service,
    ) -> Result<(), BackendError> {
        let Some(profile) = users.find(user).await? else {
            return Ok(());
        };
        let mut frame = Vec::new();
        (self.encoders.user)(&profile, &mut frame);
        // A program may change its profile without a socket.
        let theirs = if self.people.lock().knows(user) {
            Vec::new()
        } else {
            rooms.memberships(user).await?
        };
        let theirs = theirs.iter().map(|(member, _)| member.room());
        let away = profile.availability.away;
        self.people.change(|people, _| {
            people.put_profile(user, away, frame.into(), theirs);
        });
        Ok(())
    }

    fn tell_all(&self, digest: &Digest) {
        let encoded: Vec<Bytes> = digest.news.iter().map(|news| self.encode(news)).collect();
        let mut lists: HashMap<&[u32], Frames> = HashMap::new();
        for (user, heard) in &digest.hearers {
            let frames = lists.entry(heard).or_insert_with(|| {
                Frames::of(&**heard, |place, bytes| {
                    bytes.extend_from_slice(&encoded[*place as usize]);
                })
            });
            self.tell(*user, |_| Item::Signal(frames.clone()));
        }
    }

    fn encode(&self, news: &News) -> Bytes {
        match news {
            News::Profile(_, frame) => frame.clone(),
            News::Presence(user, presence) => {
                let mut frame = Vec::new();
                (self.encoders.presence)(*user, *presence, &mut frame);
                frame.into()
            }
        }
    }
}

impl People {
    /// Waits until there may be something to tell.
    pub(super) async fn stirs(&self) {
        let planned = {
            let mut registry = self.lock();
            registry.planned = registry.next_look(Instant::now());
            registry.planned
        };
        match planned {
            Some(at) => {
                let _ = timeout_at(at, self.stir.notified()).await;
            }
            None => self.stir.notified().await,
        }
    }
}
