//! Passwords that were set at the command line, by a process that tells nobody.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::interval;
use whatscrap_kernel::BackendError;
use whatscrap_messages::Event;
use whatscrap_realtime::Hub;
use whatscrap_store::Store;
use whatscrap_users::{Service, UserEvent, UserId};

/// How late a server may notice.
const EVERY: Duration = Duration::from_millis(500);

/// What is known of them.
pub(super) struct Resets {
    store: Store,
    known: HashMap<UserId, String>,
}

impl Resets {
    /// Those of before this server's start.
    pub(super) async fn read(store: &Store) -> Result<Self, BackendError> {
        Ok(Self {
            store: store.clone(),
            known: store.resets().await?,
        })
    }

    /// Ends here the sessions that have ended in the database. Runs for ever.
    pub(super) async fn heed(mut self, hub: Arc<Hub>, users: Service) {
        let mut every = interval(EVERY);
        loop {
            every.tick().await;
            if let Err(error) = self.look(&hub, &users).await {
                tracing::debug!(%error, "could not look for passwords that were set");
            }
        }
    }

    async fn look(&mut self, hub: &Hub, users: &Service) -> Result<(), BackendError> {
        for (user, reset) in self.store.resets().await? {
            if self.known.get(&user) != Some(&reset) {
                users.forget(user);
                end(user, hub, users).await?;
                self.known.insert(user, reset);
            }
        }
        Ok(())
    }
}

async fn end(user: UserId, hub: &Hub, users: &Service) -> Result<(), BackendError> {
    let standing = users.sessions(user).await?;
    let standing: HashSet<_> = standing.iter().map(|session| session.id).collect();
    for (session, owner) in hub.sessions() {
        if owner == user && !standing.contains(&session) {
            hub.deliver(&Event::User(UserEvent::SessionEnded { user, session }));
        }
    }
    Ok(())
}
