use whatscrap_kernel::{BackendError, Limit};

use super::Service;
use crate::{Preferences, PreferencesChange, ProfileChange, User, UserEvent, UserId};

impl Service {
    /// The account with this id.
    pub async fn find(&self, id: UserId) -> Result<Option<User>, BackendError> {
        self.users.find(id).await
    }

    /// The accounts whose username or display name begins so, by username.
    pub async fn directory(&self, q: &str, limit: Limit) -> Result<Vec<User>, BackendError> {
        if q.contains('\0') {
            // No name holds one, and PostgreSQL takes no text with one.
            return Ok(Vec::new());
        }
        self.users.directory(q.trim(), limit.get()).await
    }

    /// Changes a profile and tells everyone. `None` if there is no such account.
    pub async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
    ) -> Result<Option<User>, BackendError> {
        if *change == ProfileChange::default() {
            return self.users.find(id).await;
        }
        let user = self.users.change_profile(id, change).await?;
        self.logins.forget(id);
        if user.is_some() {
            self.events.publish(UserEvent::ProfileChanged { user: id });
        }
        Ok(user)
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
