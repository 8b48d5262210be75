use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{binary_uniq, text, text_null, timestamp_with_time_zone, uuid};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(uuid("id").primary_key())
                    .col(uuid("user_id"))
                    .col(binary_uniq("token"))
                    .col(text("kind"))
                    .col(text_null("name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("last_seen_at"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(text_null("user_agent"))
                    .col(text_null("address"))
                    .foreign_key(&mut reference("sessions", "user_id", "users"))
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("sessions_user_id", "user_id"),
            ("sessions_expires_at", "expires_at"),
        ] {
            let index = Index::create()
                .name(name)
                .table("sessions")
                .col(column)
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
