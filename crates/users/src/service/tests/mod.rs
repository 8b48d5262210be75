//! The service on ports in memory, with a clock that stands until it is moved.

mod failures;
mod logging_in;
mod passwords;
mod portraits;
mod profiles;
mod registering;
mod sessions;
mod workspace;

use std::sync::Arc;

use chrono::TimeDelta;
use whatscrap_kernel::{ManualClock, SequentialIds};

use super::{NewAccount, Opened, Origin, Policy, Service};
use crate::testing::{FakeHasher, FakeStore, RecordingEvents};
use crate::{LogInError, Login};

const PASSWORD: &str = "engine no. 1";

struct World {
    service: Service,
    store: Arc<FakeStore>,
    events: Arc<RecordingEvents>,
    clock: Arc<ManualClock>,
}

impl World {
    fn new(policy: Policy) -> Self {
        let store = Arc::new(FakeStore::default());
        let (events, clock) = (
            Arc::<RecordingEvents>::default(),
            Arc::<ManualClock>::default(),
        );
        let service = Service::new(
            store.clone(),
            store.clone(),
            Arc::new(FakeHasher),
            events.clone(),
            clock.clone(),
            Arc::new(SequentialIds::default()),
            policy,
        );
        Self {
            service,
            store,
            events,
            clock,
        }
    }

    /// A server that Ada founded, and her first session.
    async fn of_ada() -> (Self, Opened) {
        Self::of_ada_with(Policy::default()).await
    }

    async fn of_ada_with(policy: Policy) -> (Self, Opened) {
        let world = Self::new(policy);
        let ada = world
            .service
            .set_up(&account("ada"), Origin::default())
            .await
            .unwrap();
        (world, ada)
    }

    async fn log_in(&self, username: &str, password: &str) -> Result<Opened, LogInError> {
        self.service.log_in(username, password, home()).await
    }

    async fn who(&self, secret: &str) -> Option<Arc<Login>> {
        let login = self.service.authenticate(secret).await.unwrap();
        // Lets the task run that notes the use.
        tokio::task::yield_now().await;
        login
    }

    fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }
}

fn account(username: &str) -> NewAccount<'_> {
    NewAccount {
        username,
        password: PASSWORD,
        display_name: None,
        invite: None,
    }
}

fn home() -> Origin {
    Origin {
        address: Some("192.0.2.1".to_owned()),
        user_agent: Some("Mozilla/5.0".to_owned()),
    }
}
