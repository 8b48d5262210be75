use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    boolean, text, text_null, text_uniq, timestamp_with_time_zone, uuid,
};

use crate::folded;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("users")
                    .col(uuid("id").primary_key())
                    .col(folded(manager, "username").unique_key())
                    .col(text_uniq("skeleton"))
                    .col(text("display_name"))
                    .col(folded(manager, "display_key"))
                    .col(text_null("status"))
                    .col(text("role"))
                    .col(boolean("bot"))
                    .col(text("password"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("users_display_key")
                    .table("users")
                    .col("display_key")
                    .to_owned(),
            )
            .await
    }
}
