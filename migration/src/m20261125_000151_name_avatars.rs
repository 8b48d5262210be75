use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The picture itself is a blob: see docs/decisions/0012.
        let table = Table::alter()
            .table("users")
            .add_column(text_null("avatar"))
            .to_owned();
        manager.alter_table(table).await
    }
}
