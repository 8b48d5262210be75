use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Time};
use whatscrap_rooms::{RoomId, Rooms};
use whatscrap_users::testing::now;
use whatscrap_users::{Sessions, UserId, Users};

use crate::notify::{
    Delivery, EndpointRefused, Entry, Keys, Listener, Log, NewSubscription, Push, Pusher,
    SUBSCRIPTIONS_PER_USER, SubscribeError, Subscription, SubscriptionId, Subscriptions,
};

/// Devices and notices in memory.
pub struct FakeDevices {
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
    rooms: Arc<dyn Rooms>,
    kept: Mutex<Vec<Subscription>>,
    entries: Mutex<Vec<Entry>>,
}

impl FakeDevices {
    /// None yet.
    pub fn new(users: Arc<dyn Users>, sessions: Arc<dyn Sessions>, rooms: Arc<dyn Rooms>) -> Self {
        Self {
            users,
            sessions,
            rooms,
            kept: Mutex::default(),
            entries: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Subscription>> {
        self.kept.lock().expect("nothing panics while it is held")
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries
            .lock()
            .expect("nothing panics while it is held")
    }

    fn remove(&self, is_meant: impl Fn(&Subscription) -> bool) -> bool {
        let mut kept = self.kept();
        let before = kept.len();
        kept.retain(|one| !is_meant(one));
        kept.len() < before
    }
}

#[async_trait]
impl Subscriptions for FakeDevices {
    async fn add(&self, new: &NewSubscription) -> Result<Option<UserId>, SubscribeError> {
        let sessions = self.sessions.list(new.user, now()).await?;
        let session = sessions.iter().find(|one| one.id == new.session);
        let session = session.ok_or(SubscribeError::SessionEnded)?;
        let mut kept = self.kept();
        let others = kept
            .iter()
            .filter(|one| one.user == new.user && one.endpoint != new.endpoint);
        if others.count() as u64 >= SUBSCRIPTIONS_PER_USER {
            return Err(SubscribeError::TooMany);
        }
        let before = kept.iter().find(|one| one.endpoint == new.endpoint);
        let before = before.map(|one| one.user).filter(|user| *user != new.user);
        kept.retain(|one| one.endpoint != new.endpoint);
        kept.push(Subscription {
            id: new.id,
            user: new.user,
            session: new.session,
            endpoint: new.endpoint.clone(),
            keys: new.keys,
            created_at: new.created_at,
            origin: new.origin.clone(),
            user_agent: session.user_agent.clone(),
        });
        Ok(before)
    }

    async fn remove(&self, user: UserId, endpoint: &str) -> Result<bool, BackendError> {
        Ok(self.remove(|one| one.user == user && one.endpoint == endpoint))
    }

    async fn forget(&self, user: UserId, id: SubscriptionId) -> Result<bool, BackendError> {
        Ok(self.remove(|one| one.user == user && one.id == id))
    }

    async fn list(&self, users: &[UserId]) -> Result<Vec<Subscription>, BackendError> {
        let mut sessions = Vec::new();
        for user in users {
            sessions.extend(self.sessions.list(*user, now()).await?);
        }
        let mut kept = self.kept().clone();
        kept.retain(|one| {
            users.contains(&one.user) && sessions.iter().any(|session| session.id == one.session)
        });
        Ok(kept)
    }

    async fn listeners(&self, room: RoomId) -> Result<Vec<Listener>, BackendError> {
        let mut users: Vec<_> = self.kept().iter().map(|one| one.user).collect();
        users.sort();
        users.dedup();
        let mut listeners = Vec::new();
        for user in users {
            if let Some(mine) = self.rooms.mine(room, user).await? {
                let level = mine.notifications_chosen.then_some(mine.notifications);
                listeners.push(Listener { user, level });
            }
        }
        Ok(listeners)
    }
}

#[async_trait]
impl Log for FakeDevices {
    async fn note(&self, entries: &[Entry]) -> Result<(), BackendError> {
        for entry in entries {
            let is_known = self.users.find(entry.user).await?.is_some()
                && self.rooms.find(entry.room).await?.is_some();
            if is_known {
                self.entries().push(entry.clone());
            }
        }
        Ok(())
    }

    async fn recent(&self, user: UserId, limit: u32) -> Result<Vec<Entry>, BackendError> {
        let mut entries = self.entries().clone();
        entries.retain(|entry| entry.user == user);
        entries.reverse();
        entries.truncate(usize::try_from(limit).expect("it fits"));
        Ok(entries)
    }

    async fn sweep(&self, before: Time, most: u32) -> Result<u64, BackendError> {
        let mut entries = self.entries();
        let old = entries.len();
        entries.retain(|entry| entry.at >= before);
        let all = entries.clone();
        entries.retain(|entry| {
            let newer = all
                .iter()
                .filter(|other| other.user == entry.user && other.id > entry.id);
            newer.count() < usize::try_from(most).expect("it fits")
        });
        Ok((old - entries.len()) as u64)
    }
}

/// A pusher that keeps what it is to push, and answers as it is told to.
#[derive(Debug)]
pub struct RecordingPusher {
    pushes: tokio::sync::watch::Sender<Vec<(UserId, Push)>>,
    answer: Mutex<Delivery>,
}

impl Default for RecordingPusher {
    fn default() -> Self {
        Self {
            pushes: tokio::sync::watch::Sender::default(),
            answer: Mutex::new(Delivery::Accepted),
        }
    }
}

impl RecordingPusher {
    /// From here on, this becomes of every push.
    pub fn answers(&self, delivery: Delivery) {
        *self.answer.lock().expect("nothing panics while it is held") = delivery;
    }

    /// Everything so far, in order.
    pub fn pushes(&self) -> Vec<(UserId, Push)> {
        self.pushes.borrow().clone()
    }

    /// Everything, once there are so many.
    ///
    /// # Panics
    /// If they do not come.
    pub async fn hears(&self, count: usize) -> Vec<(UserId, Push)> {
        let mut pushes = self.pushes.subscribe();
        let enough = pushes.wait_for(|pushes| pushes.len() >= count);
        let pushes = tokio::time::timeout(std::time::Duration::from_mins(1), enough).await;
        let pushes = pushes.expect("the pushes come in time");
        pushes.expect("the pusher is there").clone()
    }
}

#[async_trait]
impl Pusher for RecordingPusher {
    fn key(&self) -> [u8; 65] {
        [4; 65]
    }

    async fn check(&self, _: &str, _: &Keys) -> Result<(), EndpointRefused> {
        Ok(())
    }

    async fn push(&self, to: &Subscription, push: &Push) -> Delivery {
        let told = (to.user, push.clone());
        self.pushes.send_modify(|pushes| pushes.push(told));
        self.answer
            .lock()
            .expect("nothing panics while it is held")
            .clone()
    }
}
