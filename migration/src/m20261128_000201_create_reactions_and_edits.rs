use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone, uuid};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Who reacts, in the order of the changes by which they did: the first of each emoji are
        // a range of the key.
        let key = ["message_id", "emoji", "version"];
        manager
            .create_table(
                Table::create()
                    .table("reactions")
                    .col(uuid("message_id"))
                    .col(text("emoji"))
                    .col(big_integer("version"))
                    .col(uuid("user_id"))
                    .primary_key(Index::create().col(key[0]).col(key[1]).col(key[2]))
                    .foreign_key(&mut reference("reactions", "message_id", "messages"))
                    .foreign_key(&mut reference("reactions", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        let once = Index::create()
            .name("reactions_message_emoji_user")
            .table("reactions")
            .unique()
            .col("message_id")
            .col("emoji")
            .col("user_id")
            .to_owned();
        manager.create_index(once).await?;
        // What messages said before they were edited, since when, and up to which change.
        manager
            .create_table(
                Table::create()
                    .table("edits")
                    .col(uuid("message_id"))
                    .col(big_integer("version"))
                    .col(text("body"))
                    .col(timestamp_with_time_zone("said_at"))
                    .primary_key(Index::create().col("message_id").col("version"))
                    .foreign_key(&mut reference("edits", "message_id", "messages"))
                    .to_owned(),
            )
            .await
    }
}
