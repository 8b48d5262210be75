//! What callers do with accounts. Each file is one of their reasons to come.

mod log_in;
mod passwords;
mod portraits;
mod profiles;
mod register;
mod sessions;
mod workspace;

use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::{BackendError, Clock, Ids};

use crate::cache::Logins;
use crate::throttle::Throttle;
use crate::{PasswordHasher, Session, Sessions, User, UserEvents, Users};

pub use portraits::{Portraits, Sitting};
pub use register::NewAccount;
pub use sessions::SESSION_DAYS;
pub use workspace::Workspace;

/// The accounts and sessions of a server. Clones share what they remember.
#[derive(Clone)]
pub struct Service {
    users: Arc<dyn Users>,
    sessions: Arc<dyn Sessions>,
    hasher: Arc<dyn PasswordHasher>,
    events: Arc<dyn UserEvents>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    policy: Policy,
    throttle: Throttle,
    logins: Logins,
}

/// What the server's owner decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who can make an account.
    pub registration: RegistrationMode,
    /// Whether wrong passwords make the next tries wait.
    pub throttle: bool,
    /// How long a login is believed without asking the database: what another process ended is
    /// dead here at the latest after this.
    pub believed: Duration,
}

/// Who can make an account, once there is an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationMode {
    /// Anyone.
    Open,
    /// Who has an invitation.
    Invite,
    /// Nobody.
    Closed,
}

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the client, not of a proxy.
    pub address: Option<String>,
    /// Its `User-Agent`, shortened.
    pub user_agent: Option<String>,
}

/// A session just opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// Whose it is.
    pub user: User,
    /// What is known of it.
    pub session: Session,
    /// What proves it, told only here.
    pub secret: String,
}

impl Service {
    /// A service on these ports.
    pub fn new(
        users: Arc<dyn Users>,
        sessions: Arc<dyn Sessions>,
        hasher: Arc<dyn PasswordHasher>,
        events: Arc<dyn UserEvents>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        policy: Policy,
    ) -> Self {
        let (throttle, logins) = (Throttle::new(events.clone()), Logins::new(policy.believed));
        Self {
            users,
            sessions,
            hasher,
            events,
            clock,
            ids,
            policy,
            throttle,
            logins,
        }
    }

    /// Who can make an account.
    pub fn registration(&self) -> RegistrationMode {
        self.policy.registration
    }

    /// Whether the owner's account has been made.
    pub async fn founded(&self) -> Result<bool, BackendError> {
        self.users.founded().await
    }
}

/// Runs what must not stop half-way, even if the client goes away and its request is dropped.
async fn to_the_end<T: Send + 'static>(
    task: impl Future<Output = Result<T, BackendError>> + Send + 'static,
) -> Result<T, BackendError> {
    tokio::spawn(task).await.map_err(BackendError::new)?
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            registration: RegistrationMode::Open,
            throttle: true,
            believed: Duration::from_secs(10),
        }
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            user,
            session,
            secret: _,
        } = self;
        f.debug_struct("Opened")
            .field("user", user)
            .field("session", session)
            .finish()
    }
}

#[cfg(test)]
mod tests;
