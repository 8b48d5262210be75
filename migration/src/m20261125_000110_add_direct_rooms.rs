use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::binary_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The ids of the people of a direct room, in order, one after the other.
        let table = Table::alter()
            .table("rooms")
            .add_column(binary_null("people"))
            .to_owned();
        manager.alter_table(table).await?;
        let unique = Index::create()
            .name("rooms_people")
            .table("rooms")
            .col("people")
            .unique()
            .to_owned();
        manager.create_index(unique).await
    }
}
