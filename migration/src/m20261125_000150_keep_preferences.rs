use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // JSON, since they are read and written together and by nobody but their owner.
        let table = Table::alter()
            .table("users")
            .add_column(text("preferences").default("{}"))
            .to_owned();
        manager.alter_table(table).await
    }
}
