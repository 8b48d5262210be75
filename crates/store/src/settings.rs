use std::sync::Arc;

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use whatscrap_kernel::BackendError;
use whatscrap_users::{Accent, Settings};

use crate::database::{Database, backend};

/// Settings are rows of `meta`, beside the epoch.
pub(crate) struct SettingStore(pub(crate) Arc<Database>);

const READ: &str = "SELECT value FROM meta WHERE name = 'accent'";
const WRITE: &str = "INSERT INTO meta (name, value) VALUES ('accent', $1)
ON CONFLICT (name) DO UPDATE SET value = excluded.value";

#[async_trait]
impl Settings for SettingStore {
    async fn accent(&self) -> Result<Option<Accent>, BackendError> {
        let rows = self.0.within(self.0.read(READ, [])).await?;
        let word = rows.first().map(|row| row.try_get_by_index::<String>(0));
        let word = word.transpose().map_err(backend)?;
        Ok(word.as_deref().and_then(Accent::stored))
    }

    async fn set_accent(&self, accent: Accent) -> Result<(), BackendError> {
        let write = self.0.statement(WRITE, [accent.word().into()]);
        let written = async {
            let written = self.0.writer().execute_raw(write).await;
            written.map(drop).map_err(backend)
        };
        self.0.within(written).await
    }
}
