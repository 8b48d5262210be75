use std::sync::Arc;

use chrono::TimeDelta;
use whatscrap_kernel::{BackendError, Time};

use super::{Opened, Origin, Service};
use crate::{
    DisplayName, Login, NewSession, Session, SessionId, SessionKind, TokenError, TokenHash, User,
    UserEvent, UserId, secret,
};

/// How many days a browser's session lasts at most, however often it is used.
pub const SESSION_DAYS: i64 = 180;
/// How many days a browser's session lasts unused.
const IDLE_DAYS: i64 = 30;
/// How many days a token lasts, used or not.
const TOKEN_DAYS: i64 = 365;
/// How exactly it is known when a session was last used.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

impl Service {
    /// Who holds this secret, if its session has not ended.
    ///
    /// What this server ended is refused at once; what another one ended, when it is heard of, or
    /// when what was read is no longer [believed](crate::Policy::believed).
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Arc<Login>>, BackendError> {
        let token = secret::hash(secret);
        let Some(known) = self.logins.find(&token, &*self.sessions).await? else {
            return Ok(None);
        };
        let now = self.clock.now();
        let session = &known.login.session;
        if session.expires_at <= now {
            // For good: a clock that is set back revives nothing.
            self.end_session(known.login.user.id, session.id).await?;
            return Ok(None);
        }
        if now - known.login.session.last_seen_at < SEEN_EVERY {
            return Ok(Some(current(known.login, now)));
        }
        let login = self.seen(&known.login, now);
        self.logins.renew(token, known, login.clone()).await;
        Ok(Some(current(login, now)))
    }

    /// Forgets what was read of an account: another node changed it, or ended one of its sessions.
    pub fn forget(&self, user: UserId) {
        self.logins.forget(user);
    }

    /// Ends the session that speaks.
    pub async fn log_out(&self, login: &Login) -> Result<(), BackendError> {
        self.end_session(login.user.id, login.session.id)
            .await
            .map(drop)
    }

    /// The sessions and tokens of an account, the latest used first.
    pub async fn sessions(&self, user: UserId) -> Result<Vec<Session>, BackendError> {
        self.sessions.list(user, self.clock.now()).await
    }

    /// Ends a session or token of this account, and its sockets: whether there was one.
    pub async fn end_session(&self, user: UserId, id: SessionId) -> Result<bool, BackendError> {
        let service = self.clone();
        super::to_the_end(async move {
            let ended = service.sessions.end(user, id).await?;
            // Forgotten even if there was none: another node may have ended it.
            service.logins.forget(user);
            if ended {
                service.has_ended(user, id);
            }
            Ok(ended)
        })
        .await
    }

    /// Makes a token by which a program acts as this account, and its secret.
    pub async fn create_token(
        &self,
        user: UserId,
        name: &str,
    ) -> Result<(Session, String), TokenError> {
        let name = DisplayName::parse(name)
            .map_err(|_| TokenError::Name)?
            .as_str()
            .to_owned();
        let kind = SessionKind::Token { name };
        let (session, secret) = self.open(user, kind, Origin::default()).await?;
        tracing::info!(target: "audit", %user, session = %session.id, "made a token");
        Ok((session, secret))
    }

    /// Forgets the sessions that ended: how many. For a timer.
    pub async fn prune(&self) -> Result<u64, BackendError> {
        self.sessions.prune(self.clock.now()).await
    }

    pub(super) async fn open_browser(
        &self,
        user: User,
        origin: Origin,
    ) -> Result<Opened, BackendError> {
        let (session, secret) = self.open(user.id, SessionKind::Browser, origin).await?;
        Ok(Opened {
            user: user.current_at(self.clock.now()),
            session,
            secret,
        })
    }

    /// Ends every session and token of an account but `keep`.
    pub(super) async fn end_others(
        &self,
        user: UserId,
        keep: Option<SessionId>,
    ) -> Result<(), BackendError> {
        let ended = self.sessions.end_others(user, keep).await?;
        self.logins.forget(user);
        for session in ended {
            self.has_ended(user, session);
        }
        Ok(())
    }

    async fn open(
        &self,
        user: UserId,
        kind: SessionKind,
        Origin {
            address,
            user_agent,
        }: Origin,
    ) -> Result<(Session, String), BackendError> {
        let secret = secret::generate()?;
        let now = self.clock.now();
        let session = Session {
            id: SessionId::new(&*self.ids),
            user,
            expires_at: expiry(&kind, now, now),
            kind,
            created_at: now,
            last_seen_at: now,
            user_agent,
            address,
        };
        let token: TokenHash = secret::hash(&secret);
        self.sessions
            .open(&NewSession {
                session: session.clone(),
                token,
            })
            .await?;
        Ok((session, secret))
    }

    /// Notes that a session is in use. The request neither waits for that nor fails with it.
    fn seen(&self, login: &Login, now: Time) -> Arc<Login> {
        let session = &login.session;
        let session = Session {
            last_seen_at: now,
            expires_at: expiry(&session.kind, session.created_at, now),
            ..session.clone()
        };
        let (id, expires, sessions) = (session.id, session.expires_at, self.sessions.clone());
        tokio::spawn(async move {
            if let Err(error) = sessions.touch(id, now, expires).await {
                tracing::warn!(session = %id, ?error, "could not note that a session is used");
            }
        });
        Arc::new(Login {
            session,
            ..login.clone()
        })
    }

    fn has_ended(&self, user: UserId, session: SessionId) {
        tracing::info!(target: "audit", %user, %session, "ended a session");
        self.events
            .publish(UserEvent::SessionEnded { user, session });
    }
}

/// The login as it is now: a status may have ended since it was read.
fn current(login: Arc<Login>, now: Time) -> Arc<Login> {
    if !login.user.is_outdated(now) {
        return login;
    }
    Arc::new(Login {
        user: login.user.clone().current_at(now),
        ..Login::clone(&login)
    })
}

/// When a session ends that began then and was last used now.
fn expiry(kind: &SessionKind, began: Time, now: Time) -> Time {
    match kind {
        SessionKind::Browser => {
            let latest = began + TimeDelta::days(SESSION_DAYS);
            latest.min(now + TimeDelta::days(IDLE_DAYS))
        }
        SessionKind::Token { .. } => began + TimeDelta::days(TOKEN_DAYS),
    }
}
