use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;

use crate::{Login, TokenHash};

/// The most logins kept.
const MOST: u64 = 20_000;
/// How long a login is believed without asking the database: what another node ended is dead
/// here at the latest after this.
const BELIEVED: Duration = Duration::from_secs(10);

/// The logins of the last seconds, so that a request need not ask the database who it is.
#[derive(Clone)]
pub(crate) struct Logins {
    cache: Cache<TokenHash, Arc<Login>>,
    generation: Arc<Mutex<Generation>>,
}

/// How often logins were forgotten. What was read before the last time is not kept after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Generation(u64);

impl Logins {
    pub(crate) fn new() -> Self {
        Self {
            cache: Cache::builder()
                .max_capacity(MOST)
                .time_to_live(BELIEVED)
                .build(),
            generation: Arc::default(),
        }
    }

    pub(crate) fn get(&self, token: &TokenHash) -> Option<Arc<Login>> {
        self.cache.get(token)
    }

    /// To be asked before the database is, for [`Self::keep`].
    pub(crate) fn generation(&self) -> Generation {
        *self
            .generation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what was read, unless a login was forgotten since the reading began.
    pub(crate) fn keep(&self, token: TokenHash, login: Arc<Login>, read: Generation) {
        let generation = self
            .generation
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *generation == read {
            self.cache.insert(token, login);
        }
    }

    /// Forgets the logins that changed or ended. It looks at all of them, which is rare enough.
    pub(crate) fn forget(&self, is_stale: impl Fn(&Login) -> bool) {
        let mut generation = self
            .generation
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        generation.0 += 1;
        for (token, login) in &self.cache {
            if is_stale(&login) {
                self.cache.invalidate(&*token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::login;

    #[test]
    fn what_was_read_before_something_was_forgotten_is_not_kept() {
        let (logins, ada, token) = (Logins::new(), Arc::new(login("ada")), [1; 32]);
        let read = logins.generation();
        logins.forget(|_| false);
        logins.keep(token, ada.clone(), read);
        assert_eq!(logins.get(&token), None);
        logins.keep(token, ada.clone(), logins.generation());
        assert_eq!(logins.get(&token), Some(ada));
    }

    #[test]
    fn only_the_stale_are_forgotten() {
        let (logins, ada, ben) = (
            Logins::new(),
            Arc::new(login("ada")),
            Arc::new(login("ben")),
        );
        logins.keep([1; 32], ada.clone(), logins.generation());
        logins.keep([2; 32], ben.clone(), logins.generation());
        logins.forget(|login| login.user.id == ada.user.id);
        assert_eq!(logins.get(&[1; 32]), None);
        assert_eq!(logins.get(&[2; 32]), Some(ben));
    }
}
