use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
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
                    .table("rooms")
                    .col(uuid("id").primary_key())
                    .col(text("kind"))
                    .col(text("name"))
                    .col(folded(manager, "name_key"))
                    .col(text("topic"))
                    .col(big_integer("last_seq"))
                    .col(big_integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("archived_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("rooms_public_name_key")
                    .table("rooms")
                    .col("name_key")
                    .unique()
                    .and_where(Expr::col("kind").eq(Expr::cust("'public'")))
                    .to_owned(),
            )
            .await
    }
}
