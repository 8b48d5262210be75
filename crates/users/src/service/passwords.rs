use super::Service;
use crate::throttle::TryKey;
use crate::{
    ChangePasswordError, Login, Password, ResetPasswordError, SessionId, StoredHash, User, UserId,
    Username, Verified,
};

impl Service {
    /// Changes the password of who speaks, and ends their other sessions and all tokens.
    ///
    /// Wrong tries count for the session only, so that strangers cannot keep anyone from it.
    pub async fn change_password(
        &self,
        login: &Login,
        current: &str,
        new: &str,
    ) -> Result<(), ChangePasswordError> {
        let user = &login.user;
        let new = Password::parse(new, &user.username)?;
        let attempt = self
            .attempt([TryKey::Session(login.session.id)])
            .map_err(|retry_after| ChangePasswordError::Throttled { retry_after })?;
        let old = match self.current_hash(user, current).await {
            Ok(Some(hash)) => hash,
            Ok(None) => return Err(ChangePasswordError::WrongPassword),
            Err(error) => {
                attempt.came_to_nothing();
                return Err(error);
            }
        };
        attempt.was_right();
        let hash = self.hasher.hash(new.as_str()).await?;
        if !self
            .replace_and_end(user.id, old, hash, Some(login.session.id))
            .await?
        {
            return Err(ChangePasswordError::Busy);
        }
        tracing::info!(target: "audit", user = %user.id, session = %login.session.id, "changed the password");
        Ok(())
    }

    /// Sets a password without knowing the old one, and ends all sessions: for the server's
    /// administrator, at the command line.
    pub async fn reset_password(
        &self,
        username: &str,
        new: &str,
    ) -> Result<User, ResetPasswordError> {
        let username = Username::sought(username);
        let new = Password::parse(new, &username)?;
        let found = self.users.credentials(&username).await?;
        let (user, old) = found.ok_or(ResetPasswordError::UnknownUser)?;
        let hash = self.hasher.hash(new.as_str()).await?;
        if !self.replace_and_end(user.id, old, hash, None).await? {
            return Err(ResetPasswordError::Busy);
        }
        tracing::info!(target: "audit", user = %user.id, "reset the password");
        Ok(user)
    }

    /// The hash of the current password, if this is it.
    async fn current_hash(
        &self,
        user: &User,
        current: &str,
    ) -> Result<Option<StoredHash>, ChangePasswordError> {
        let Some(current) = Password::typed(current) else {
            return Ok(None);
        };
        let found = self.users.credentials(&user.username).await?;
        let hash = found.map(|(_, hash)| hash);
        let verified = self.hasher.verify(current.as_str(), hash.as_ref()).await?;
        Ok(hash.filter(|_| verified != Verified::No))
    }

    /// Replaces a hash that is still the old one, then ends the sessions it opened but `keep`.
    async fn replace_and_end(
        &self,
        user: UserId,
        old: StoredHash,
        new: StoredHash,
        keep: Option<SessionId>,
    ) -> Result<bool, whatscrap_kernel::BackendError> {
        let service = self.clone();
        super::to_the_end(async move {
            let replaced = service.users.replace_password(user, &old, &new).await?;
            if replaced {
                service.end_others(user, keep).await?;
            }
            Ok(replaced)
        })
        .await
    }
}
