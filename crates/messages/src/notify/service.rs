use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::{BackendError, Clock, Ids};
use whatscrap_users::{Login, UserId};

use super::{
    Delivery, Entry, Keys, Log, NewSubscription, Push, Pusher, SubscribeError, Subscription,
    SubscriptionId, Subscriptions, Urgency,
};
use crate::{Bus, Event};

/// A test that nobody sees within a minute says that it does not work.
const TEST_TTL: Duration = Duration::from_mins(1);

/// The devices that people are told on, as callers use them.
#[derive(Clone)]
pub struct Service {
    subscriptions: Arc<dyn Subscriptions>,
    log: Arc<dyn Log>,
    pusher: Arc<dyn Pusher>,
    bus: Arc<dyn Bus>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Service {
    /// Wires the service to its ports.
    pub fn new(
        subscriptions: Arc<dyn Subscriptions>,
        log: Arc<dyn Log>,
        pusher: Arc<dyn Pusher>,
        bus: Arc<dyn Bus>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self {
            subscriptions,
            log,
            pusher,
            bus,
            clock,
            ids,
        }
    }

    /// What browsers subscribe with; see [`Pusher::key`].
    pub fn key(&self) -> [u8; 65] {
        self.pusher.key()
    }

    /// Tells this browser, which found this server at `origin`, from here on, for as long as the
    /// session lasts.
    pub async fn subscribe(
        &self,
        login: &Login,
        endpoint: &str,
        keys: Keys,
        origin: Option<String>,
    ) -> Result<Subscription, SubscribeError> {
        self.pusher.check(endpoint, &keys).await?;
        let new = NewSubscription {
            id: SubscriptionId::new(&*self.ids),
            user: login.user.id,
            session: login.session.id,
            endpoint: endpoint.to_owned(),
            keys,
            created_at: self.clock.now(),
            origin,
        };
        if let Some(before) = self.subscriptions.add(&new).await? {
            self.changed(before);
        }
        self.changed(login.user.id);
        Ok(Subscription {
            id: new.id,
            user: new.user,
            session: new.session,
            endpoint: new.endpoint,
            keys: new.keys,
            created_at: new.created_at,
            origin: new.origin,
            user_agent: login.session.user_agent.clone(),
        })
    }

    /// Tells the browser with this endpoint no more; whether it was told before.
    pub async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, BackendError> {
        let removed = self.subscriptions.remove(user, endpoint).await?;
        self.changed(user);
        Ok(removed)
    }

    /// A person's devices, the oldest first.
    pub async fn devices(&self, user: UserId) -> Result<Vec<Subscription>, BackendError> {
        self.subscriptions.list(&[user]).await
    }

    /// Tells this device no more; whether it was one of this person's.
    pub async fn forget(&self, user: UserId, id: SubscriptionId) -> Result<bool, BackendError> {
        let forgotten = self.subscriptions.forget(user, id).await?;
        self.changed(user);
        Ok(forgotten)
    }

    /// Tells this device something now, to show that it works. `None`: it is none of this
    /// person's.
    pub async fn test(
        &self,
        user: UserId,
        id: SubscriptionId,
    ) -> Result<Option<Delivery>, BackendError> {
        let devices = self.subscriptions.list(&[user]).await?;
        let Some(device) = devices.into_iter().find(|device| device.id == id) else {
            return Ok(None);
        };
        let push = Push {
            room: None,
            seq: 0,
            count: 1,
            title: "It works".to_owned(),
            body: "This device is told of new messages.".to_owned(),
            read: Vec::new(),
            ttl: TEST_TTL,
            urgency: Urgency::High,
        };
        let delivery = self.pusher.push(&device, &push).await;
        if delivery == Delivery::Gone {
            self.forget(user, id).await?;
        }
        Ok(Some(delivery))
    }

    /// Why this person was, or was not, told: the latest first.
    pub async fn log(&self, user: UserId, limit: u32) -> Result<Vec<Entry>, BackendError> {
        self.log.recent(user, limit).await
    }

    fn changed(&self, user: UserId) {
        self.bus.publish(Event::Devices { user });
    }
}
