use whatscrap_kernel::Time;

use super::{Opened, Origin, Service};
use crate::throttle::{Attempt, TryKey};
use crate::{HashError, LogInError, Password, StoredHash, User, Username, Verified};

impl Service {
    /// Opens a session for who knows the password.
    ///
    /// Whether the account exists is told neither by the answer nor by the time it takes. A wrong
    /// try counts for the account and for the address.
    pub async fn log_in(
        &self,
        username: &str,
        password: &str,
        origin: Origin,
    ) -> Result<Opened, LogInError> {
        let username = Username::sought(username);
        let address = origin.address.clone();
        let keys = [
            address.as_deref().and_then(TryKey::address),
            Some(TryKey::account(&username)),
        ];
        let attempt = self
            .attempt(keys.into_iter().flatten())
            .map_err(|retry_after| {
                tracing::info!(target: "audit", address, ?retry_after, "held back a login");
                LogInError::Throttled { retry_after }
            })?;
        let opened = self.prove(&username, password, origin).await;
        match &opened {
            Ok(Opened { user, session, .. }) => {
                attempt.was_right();
                tracing::info!(target: "audit", user = %user.id, session = %session.id, address, "logged in");
            }
            Err(LogInError::WrongCredentials) => drop(attempt),
            Err(_) => attempt.came_to_nothing(),
        }
        opened
    }

    /// Begins to compare a password, or says how long to wait.
    pub(super) fn attempt(
        &self,
        keys: impl IntoIterator<Item = TryKey>,
    ) -> Result<Attempt, std::time::Duration> {
        let counted = keys.into_iter().filter(|_| self.policy.throttle);
        self.throttle.begin(counted, self.clock.now())
    }

    /// Somebody tried a password on another node: it counts here too.
    pub fn hear_of_try(&self, key: TryKey, at: Time, wrong: bool) {
        if self.policy.throttle {
            self.throttle.hear(key, at, wrong);
        }
    }

    async fn prove(
        &self,
        username: &Username,
        password: &str,
        origin: Origin,
    ) -> Result<Opened, LogInError> {
        let password = Password::typed(password).ok_or(LogInError::WrongCredentials)?;
        let known = self.users.credentials(username).await?;
        let hash = known.as_ref().map(|(_, hash)| hash);
        let verified = self.hasher.verify(password.as_str(), hash).await?;
        if verified == Verified::No {
            let user = known.map(|(user, _)| tracing::field::display(user.id));
            tracing::info!(target: "audit", user, address = origin.address, "refused a login");
            return Err(LogInError::WrongCredentials);
        }
        let (user, hash) = known.ok_or(LogInError::WrongCredentials)?;
        let opened = self.open_browser(user, origin).await?;
        // Whoever changes the password ends the sessions that there are then. If that was while
        // the old one was being compared, this session came too late to be among them.
        if !self.still_proves(username, &password, &hash).await? {
            self.sessions.end(opened.user.id, opened.session.id).await?;
            return Err(LogInError::WrongCredentials);
        }
        if verified == Verified::YesButWeak {
            self.upgrade(&opened.user, &password, &hash).await;
        }
        Ok(opened)
    }

    async fn still_proves(
        &self,
        username: &Username,
        password: &Password,
        hash: &StoredHash,
    ) -> Result<bool, LogInError> {
        let Some((_, now)) = self.users.credentials(username).await? else {
            return Ok(false);
        };
        // Another login may have upgraded the hash of the same password.
        Ok(
            now == *hash
                || self.hasher.verify(password.as_str(), Some(&now)).await? != Verified::No,
        )
    }

    /// Hashes a password anew whose hash is weak. The login succeeds in any case.
    async fn upgrade(&self, user: &User, password: &Password, old: &StoredHash) {
        let upgraded = async {
            let new = self.hasher.hash(password.as_str()).await?;
            Ok::<_, HashError>(self.users.replace_password(user.id, old, &new).await?)
        };
        match upgraded.await {
            Ok(replaced) => tracing::info!(user = %user.id, replaced, "upgraded a weak hash"),
            Err(error) => tracing::warn!(user = %user.id, ?error, "could not upgrade a weak hash"),
        }
    }
}
