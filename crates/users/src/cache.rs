use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::{BackendError, Forgotten, Moment, Recent};

use crate::{Login, Sessions, TokenHash, UserId};

/// The most logins kept.
const MOST: u64 = 20_000;

/// The logins of the last seconds, so that a request need not ask the database who it is, and many
/// requests of one browser at once ask only once.
#[derive(Clone)]
pub(crate) struct Logins {
    recent: Recent<TokenHash, Known>,
    forgotten: Arc<Forgotten>,
}

/// A login as it was read.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) login: Arc<Login>,
    read: Moment,
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
enum Missed {
    #[error("there is no such session")]
    Nobody,
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl Logins {
    pub(crate) fn new(believed: Duration) -> Self {
        Self {
            recent: Recent::new(MOST, believed, |_| 1),
            forgotten: Arc::default(),
        }
    }

    /// The login of this token, from `sessions` unless it was read a moment ago.
    pub(crate) async fn find(
        &self,
        token: &TokenHash,
        sessions: &dyn Sessions,
    ) -> Result<Option<Known>, BackendError> {
        let is_believed =
            |known: &Known| self.forgotten.believes(known.login.user.id.0, known.read);
        let read = async || {
            let read = self.forgotten.now();
            let login = sessions.find(token).await?.ok_or(Missed::Nobody)?;
            let login = Arc::new(login);
            Ok(Known { login, read })
        };
        match self.recent.get(token, is_believed, read).await {
            Ok(known) => Ok(Some(known)),
            Err(missed) => match *missed {
                Missed::Nobody => Ok(None),
                Missed::Backend(_) => Err(BackendError::new(missed)),
            },
        }
    }

    /// Keeps what this server itself changed of a login.
    pub(crate) async fn renew(&self, token: TokenHash, known: Known, login: Arc<Login>) {
        self.recent.keep(token, Known { login, ..known }).await;
    }

    /// Forgets the logins of an account, one of which changed or ended.
    pub(crate) fn forget(&self, user: UserId) {
        self.forgotten.forget(user.0);
    }
}
