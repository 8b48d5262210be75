use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("attachments")
                    .col(uuid("id").primary_key())
                    .col(uuid("owner_id"))
                    // Of the message that took it.
                    .col(uuid_null("message_id"))
                    .col(uuid_null("room_id"))
                    .col(text("name"))
                    .col(text("kind"))
                    .col(big_integer("size"))
                    .col(integer_null("width"))
                    .col(integer_null("height"))
                    .col(boolean("has_thumbnail"))
                    .col(text_null("alt"))
                    .col(boolean("confirmed"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("discarded_at"))
                    .foreign_key(&mut reference("attachments", "owner_id", "users"))
                    .foreign_key(&mut reference("attachments", "message_id", "messages"))
                    .foreign_key(&mut reference("attachments", "room_id", "rooms"))
                    .to_owned(),
            )
            .await?;
        let on = |name: &str, column: &'static str| {
            let mut index = Index::create();
            index.name(name).table("attachments").col(column);
            index
        };
        let owner = on("attachments_owner_id", "owner_id");
        manager.create_index(owner).await?;
        // Deleting a message discards its files.
        let message = on("attachments_message_id", "message_id")
            .and_where(Expr::col("message_id").is_not_null())
            .to_owned();
        manager.create_index(message).await?;
        // The sweeper looks for what waits, which is little.
        let unused = on("attachments_unused", "created_at")
            .and_where(Expr::col("message_id").is_null())
            .to_owned();
        manager.create_index(unused).await?;
        let discarded = on("attachments_discarded", "discarded_at")
            .and_where(Expr::col("discarded_at").is_not_null())
            .to_owned();
        manager.create_index(discarded).await
    }
}
