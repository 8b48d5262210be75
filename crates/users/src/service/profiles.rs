use whatscrap_kernel::{BackendError, Limit, Time};

use super::Service;
use crate::{Preferences, PreferencesChange, ProfileChange, User, UserEvent, UserId};

impl Service {
    /// The account with this id.
    pub async fn find(&self, id: UserId) -> Result<Option<User>, BackendError> {
        let user = self.users.find(id).await?;
        Ok(user.map(|user| user.current_at(self.clock.now())))
    }

    /// The accounts whose username or display name begins so, by username.
    pub async fn directory(&self, q: &str, limit: Limit) -> Result<Vec<User>, BackendError> {
        if q.contains('\0') {
            // No name holds one, and PostgreSQL takes no text with one.
            return Ok(Vec::new());
        }
        let users = self.users.directory(q.trim(), limit.get()).await?;
        let now = self.clock.now();
        Ok(users.into_iter().map(|user| user.current_at(now)).collect())
    }

    /// Changes a profile and tells everyone. A new status ends only if its end is named with it.
    /// `None` if there is no such account.
    pub async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
    ) -> Result<Option<User>, BackendError> {
        if *change == ProfileChange::default() {
            return self.find(id).await;
        }
        let mut change = change.clone();
        if change.status.is_some() {
            change.status_until.get_or_insert(None);
        }
        let user = self.users.change_profile(id, &change).await?;
        self.logins.forget(id);
        if user.is_some() {
            self.events.publish(UserEvent::ProfileChanged { user: id });
        }
        Ok(user.map(|user| user.current_at(self.clock.now())))
    }

    /// Tells of every status that ended by itself since then, and returns until when it did.
    pub async fn tell_expired(&self, since: Time) -> Result<Time, BackendError> {
        let now = self.clock.now();
        for user in self.users.expired(since, now).await? {
            self.events.publish(UserEvent::ProfileChanged { user });
        }
        Ok(now)
    }

    /// What the owner of this account prefers. `None` if there is no such account.
    pub async fn preferences(&self, id: UserId) -> Result<Option<Preferences>, BackendError> {
        self.users.preferences(id).await
    }

    /// Changes preferences. Nobody else is told. `None` if there is no such account.
    pub async fn change_preferences(
        &self,
        id: UserId,
        change: &PreferencesChange,
    ) -> Result<Option<Preferences>, BackendError> {
        if *change == PreferencesChange::default() {
            return self.users.preferences(id).await;
        }
        let preferences = self.users.change_preferences(id, change).await?;
        self.logins.forget(id);
        Ok(preferences)
    }
}
