use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use whatscrap_kernel::{BackendError, Recent};

use crate::{Accent, AccentError, ServerRole, Settings, User};

/// How long a setting is believed without asking the database: what another node changed shows
/// here at the latest after this.
const BELIEVED: Duration = Duration::from_secs(5);

/// What the whole server has in common. Clones share what they remember.
#[derive(Clone)]
pub struct Workspace {
    settings: Arc<dyn Settings>,
    recent: Recent<(), Option<Accent>>,
    shown: Arc<RwLock<Accent>>,
}

impl Workspace {
    /// A service on this port.
    pub fn new(settings: Arc<dyn Settings>) -> Self {
        Self {
            settings,
            recent: Recent::new(1, BELIEVED, |_| 1),
            shown: Arc::default(),
        }
    }

    /// The colour of the pages, as it was when it was last looked up: at first the usual one.
    pub fn accent(&self) -> Accent {
        *self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks the colour up, unless it was a moment ago.
    pub async fn look_up(&self) -> Result<Accent, BackendError> {
        let read = || self.settings.accent();
        let accent = self.recent.get(&(), |_| true, read).await;
        let accent = accent.map_err(BackendError::new)?.unwrap_or_default();
        self.show(accent);
        Ok(accent)
    }

    /// Gives the pages this colour. Only the server's owner and admins may.
    pub async fn choose(&self, accent: Accent, by: &User) -> Result<(), AccentError> {
        if by.role < ServerRole::Admin {
            return Err(AccentError::Forbidden);
        }
        self.settings.set_accent(accent).await?;
        self.recent.keep((), Some(accent)).await;
        self.show(accent);
        Ok(())
    }

    fn show(&self, accent: Accent) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = accent;
    }
}
