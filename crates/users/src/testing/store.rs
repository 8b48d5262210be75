use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Time};

use crate::{
    Accent, Avatar, CreateUserError, Founding, Login, NewSession, NewUser, Preferences,
    PreferencesChange, ProfileChange, Session, SessionId, Sessions, Settings, StoredHash,
    TokenHash, User, UserId, Username, Users,
};

/// Accounts, sessions and settings in memory. It keeps to the same facts as the databases do.
#[derive(Default)]
pub struct FakeStore(Mutex<State>);

#[derive(Default)]
struct State {
    users: HashMap<UserId, (User, StoredHash)>,
    preferences: HashMap<UserId, Preferences>,
    sessions: HashMap<SessionId, NewSession>,
    accent: Option<Accent>,
}

impl State {
    fn preferences(&self, id: UserId) -> Preferences {
        self.preferences.get(&id).cloned().unwrap_or_default()
    }
}

impl FakeStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Users for FakeStore {
    async fn create(&self, new: NewUser) -> Result<(), CreateUserError> {
        let mut state = self.state();
        match (new.founding, state.users.is_empty()) {
            (Founding::First, false) => return Err(CreateUserError::AlreadyFounded),
            (Founding::Later, true) => return Err(CreateUserError::NotFounded),
            (Founding::First, true) | (Founding::Later, false) => {}
        }
        let look = new.user.username.skeleton();
        if state
            .users
            .values()
            .any(|(user, _)| user.username.skeleton() == look)
        {
            return Err(CreateUserError::UsernameTaken);
        }
        // Here no invitation holds.
        if new.admission.is_some_and(|admission| admission.required) {
            return Err(CreateUserError::NotAdmitted);
        }
        state.users.insert(new.user.id, (new.user, new.password));
        Ok(())
    }

    async fn founded(&self) -> Result<bool, BackendError> {
        Ok(!self.state().users.is_empty())
    }

    async fn find(&self, id: UserId) -> Result<Option<User>, BackendError> {
        Ok(self.state().users.get(&id).map(|(user, _)| user.clone()))
    }

    async fn find_all(&self, ids: &[UserId]) -> Result<Vec<(User, Preferences)>, BackendError> {
        let state = self.state();
        let known = state.users.values().map(|(user, _)| user);
        let asked = known.filter(|user| ids.contains(&user.id));
        Ok(asked
            .map(|user| (user.clone(), state.preferences(user.id)))
            .collect())
    }

    async fn credentials(
        &self,
        username: &Username,
    ) -> Result<Option<(User, StoredHash)>, BackendError> {
        let state = self.state();
        Ok(state
            .users
            .values()
            .find(|(user, _)| user.username == *username)
            .cloned())
    }

    async fn replace_password(
        &self,
        id: UserId,
        old: &StoredHash,
        new: &StoredHash,
    ) -> Result<bool, BackendError> {
        let mut state = self.state();
        let hash = state
            .users
            .get_mut(&id)
            .map(|(_, hash)| hash)
            .filter(|hash| *hash == old);
        Ok(hash.map(|hash| hash.clone_from(new)).is_some())
    }

    async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
    ) -> Result<Option<User>, BackendError> {
        let mut state = self.state();
        let Some((user, _)) = state.users.get_mut(&id) else {
            return Ok(None);
        };
        if let Some(display_name) = &change.display_name {
            user.display_name.clone_from(display_name);
        }
        if let Some(status) = &change.status {
            user.status.clone_from(status);
        }
        let availability = &mut user.availability;
        if let Some(until) = change.status_until {
            availability.status_until = until;
        }
        if let Some(until) = change.dnd_until {
            availability.dnd_until = until;
        }
        if let Some(away) = change.away {
            availability.away = away;
        }
        Ok(Some(user.clone()))
    }

    async fn replace_avatar<'a>(
        &self,
        id: UserId,
        avatar: Option<&'a Avatar>,
    ) -> Result<Option<(User, Option<Avatar>)>, BackendError> {
        let mut state = self.state();
        Ok(state.users.get_mut(&id).map(|(user, _)| {
            let before = std::mem::replace(&mut user.avatar, avatar.cloned());
            (user.clone(), before)
        }))
    }

    async fn preferences(&self, id: UserId) -> Result<Option<Preferences>, BackendError> {
        let state = self.state();
        let is_there = state.users.contains_key(&id);
        Ok(is_there.then(|| state.preferences(id)))
    }

    async fn change_preferences(
        &self,
        id: UserId,
        change: &PreferencesChange,
    ) -> Result<Option<Preferences>, BackendError> {
        let mut state = self.state();
        if !state.users.contains_key(&id) {
            return Ok(None);
        }
        let preferences = state.preferences.entry(id).or_default();
        preferences.apply(change);
        Ok(Some(preferences.clone()))
    }

    async fn expired(&self, after: Time, until: Time) -> Result<Vec<UserId>, BackendError> {
        let state = self.state();
        let ended = state.users.values().filter(|(user, _)| {
            let end = user.availability.status_until;
            end.is_some_and(|end| after < end && end <= until)
        });
        Ok(ended.map(|(user, _)| user.id).collect())
    }

    async fn directory(&self, prefix: &str, limit: u32) -> Result<Vec<User>, BackendError> {
        let prefix = prefix.to_lowercase();
        let is_meant = |user: &&User| {
            user.username.as_str().starts_with(&prefix)
                || user
                    .display_name
                    .as_str()
                    .to_lowercase()
                    .starts_with(&prefix)
        };
        let state = self.state();
        let mut found: Vec<User> = state
            .users
            .values()
            .map(|(user, _)| user)
            .filter(is_meant)
            .cloned()
            .collect();
        found.sort_by(|a, b| a.username.as_str().cmp(b.username.as_str()));
        found.truncate(limit as usize);
        Ok(found)
    }
}

#[async_trait]
impl Sessions for FakeStore {
    async fn open(&self, new: &NewSession) -> Result<(), BackendError> {
        self.state().sessions.insert(new.session.id, new.clone());
        Ok(())
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Login>, BackendError> {
        let state = self.state();
        let Some(found) = state.sessions.values().find(|new| new.token == *token) else {
            return Ok(None);
        };
        let session = found.session.clone();
        let user = state.users.get(&session.user).map(|(user, _)| user.clone());
        Ok(user.map(|user| Login {
            preferences: state.preferences(user.id),
            user,
            session,
        }))
    }

    async fn touch(&self, id: SessionId, seen: Time, expires: Time) -> Result<(), BackendError> {
        if let Some(NewSession { session, .. }) = self.state().sessions.get_mut(&id) {
            session.last_seen_at = session.last_seen_at.max(seen);
            session.expires_at = session.expires_at.max(expires);
        }
        Ok(())
    }

    async fn list(&self, user: UserId, now: Time) -> Result<Vec<Session>, BackendError> {
        let state = self.state();
        let theirs = state.sessions.values().map(|new| &new.session);
        let mut theirs: Vec<Session> = theirs
            .filter(|session| session.user == user && session.expires_at > now)
            .cloned()
            .collect();
        theirs.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
        Ok(theirs)
    }

    async fn standing(&self, ids: &[SessionId]) -> Result<Vec<SessionId>, BackendError> {
        let state = self.state();
        let stands = |id: &&SessionId| state.sessions.contains_key(id);
        Ok(ids.iter().filter(stands).copied().collect())
    }

    async fn end(&self, user: UserId, id: SessionId) -> Result<bool, BackendError> {
        let mut state = self.state();
        let is_theirs = state
            .sessions
            .get(&id)
            .is_some_and(|new| new.session.user == user);
        Ok(is_theirs && state.sessions.remove(&id).is_some())
    }

    async fn end_others(
        &self,
        user: UserId,
        keep: Option<SessionId>,
    ) -> Result<Vec<SessionId>, BackendError> {
        let mut state = self.state();
        let others = state
            .sessions
            .extract_if(|id, new| new.session.user == user && Some(*id) != keep);
        Ok(others.map(|(id, _)| id).collect())
    }

    async fn prune(&self, now: Time) -> Result<u64, BackendError> {
        let mut state = self.state();
        let ended = state
            .sessions
            .extract_if(|_, new| new.session.expires_at <= now);
        Ok(ended.count() as u64)
    }
}

#[async_trait]
impl Settings for FakeStore {
    async fn accent(&self) -> Result<Option<Accent>, BackendError> {
        Ok(self.state().accent)
    }

    async fn set_accent(&self, accent: Accent) -> Result<(), BackendError> {
        self.state().accent = Some(accent);
        Ok(())
    }
}
