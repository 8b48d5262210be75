use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{binary, binary_uniq, text, timestamp_with_time_zone, uuid};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // However a session ends, its subscription goes with it.
        let mut session = reference("push_subscriptions", "session_id", "sessions");
        session.on_delete(ForeignKeyAction::Cascade);
        manager
            .create_table(
                Table::create()
                    .table("push_subscriptions")
                    .col(uuid("id").primary_key())
                    .col(uuid("user_id"))
                    .col(uuid("session_id"))
                    .col(text("endpoint"))
                    // An endpoint may be longer than PostgreSQL takes into an index.
                    .col(binary_uniq("endpoint_hash"))
                    .col(binary("p256dh"))
                    .col(binary("auth"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut reference("push_subscriptions", "user_id", "users"))
                    .foreign_key(&mut session)
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("push_subscriptions_user_id", "user_id"),
            ("push_subscriptions_session_id", "session_id"),
        ] {
            let index = Index::create()
                .name(name)
                .table("push_subscriptions")
                .col(column)
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
