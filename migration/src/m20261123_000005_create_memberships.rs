use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, timestamp_with_time_zone, uuid};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("memberships")
                    .col(uuid("room_id"))
                    .col(uuid("user_id"))
                    .col(text("role"))
                    .col(big_integer("read_seq"))
                    .col(text("notifications"))
                    .col(timestamp_with_time_zone("joined_at"))
                    .primary_key(Index::create().col("room_id").col("user_id"))
                    .foreign_key(&mut reference("memberships", "room_id", "rooms"))
                    .foreign_key(&mut reference("memberships", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("memberships_user_id")
                    .table("memberships")
                    .col("user_id")
                    .to_owned(),
            )
            .await
    }
}
