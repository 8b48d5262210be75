use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, text, timestamp_with_time_zone, uuid, uuid_null,
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
                    .table("invites")
                    .col(text("code").primary_key())
                    .col(uuid_null("room_id"))
                    .col(uuid("maker_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(big_integer_null("max_uses"))
                    .col(big_integer("uses"))
                    .foreign_key(&mut reference("invites", "room_id", "rooms"))
                    .foreign_key(&mut reference("invites", "maker_id", "users"))
                    .to_owned(),
            )
            .await?;
        for column in ["room_id", "maker_id"] {
            let index = Index::create()
                .name(format!("invites_{column}"))
                .table("invites")
                .col(column)
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
