use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, timestamp_with_time_zone_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add(manager, timestamp_with_time_zone_null("status_until")).await?;
        add(manager, timestamp_with_time_zone_null("dnd_until")).await?;
        add(manager, boolean("away").default(false)).await?;
        // Those that end are looked for every other second.
        let by_end = Index::create()
            .name("users_status_until")
            .table("users")
            .col("status_until")
            .to_owned();
        manager.create_index(by_end).await
    }
}

async fn add(manager: &SchemaManager<'_>, column: impl IntoColumnDef) -> Result<(), DbErr> {
    let table = Table::alter().table("users").add_column(column).to_owned();
    manager.alter_table(table).await
}
