use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{small_integer_null, text_null, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A message is read whole from its row: what others made of it is written there too.
        // The key that `reply_to` is would have to be declared at CREATE on SQLite.
        let columns = [
            text_null("html"),
            small_integer_null("renderer"),
            uuid_null("reply_to"),
            text_null("attachments"),
            text_null("reactions"),
        ];
        for column in columns {
            let add = Table::alter()
                .table("messages")
                .add_column(column)
                .to_owned();
            manager.alter_table(add).await?;
        }
        Ok(())
    }
}
