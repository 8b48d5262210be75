use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `all` was what a place began with: whoever has it chose nothing, as far as anyone knows.
        let connection = manager.get_connection();
        connection
            .execute_unprepared(
                "UPDATE memberships SET notifications = 'usual' WHERE notifications = 'all'",
            )
            .await?;
        Ok(())
    }
}
