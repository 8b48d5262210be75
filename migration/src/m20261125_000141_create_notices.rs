use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, timestamp_with_time_zone, uuid};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("notices")
                    .col(uuid("id").primary_key())
                    .col(uuid("user_id"))
                    .col(uuid("room_id"))
                    .col(big_integer("seq"))
                    .col(integer("messages"))
                    .col(timestamp_with_time_zone("decided_at"))
                    .col(text("rule"))
                    // What became of it on each device: [[device, result]].
                    .col(text("outcomes"))
                    .foreign_key(&mut reference("notices", "user_id", "users"))
                    .foreign_key(&mut reference("notices", "room_id", "rooms"))
                    .to_owned(),
            )
            .await?;
        // Ids are made in the order of time: a person's newest, and everybody's oldest.
        for (name, columns) in [
            ("notices_user_id", &["user_id", "id"][..]),
            ("notices_decided_at", &["decided_at"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("notices");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}
