use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("messages")
                    .col(uuid("id").primary_key())
                    .col(uuid("room_id"))
                    .col(big_integer("seq"))
                    .col(big_integer("version"))
                    .col(big_integer("posted_version"))
                    .col(uuid("author_id"))
                    .col(text("client_id"))
                    .col(text("body"))
                    .col(binary("content"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("edited_at"))
                    .col(timestamp_with_time_zone_null("deleted_at"))
                    .foreign_key(&mut reference("messages", "room_id", "rooms"))
                    .foreign_key(&mut reference("messages", "author_id", "users"))
                    .to_owned(),
            )
            .await?;
        // The look-up of retries names all three columns of its index, so it never scans.
        let unique: [(&str, &[&str]); 3] = [
            ("messages_room_seq", &["room_id", "seq"]),
            ("messages_room_version", &["room_id", "version"]),
            (
                "messages_room_author_client",
                &["room_id", "author_id", "client_id"],
            ),
        ];
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        for (name, columns) in unique {
            let mut index = Index::create()
                .name(name)
                .table("messages")
                .unique()
                .to_owned();
            for column in columns {
                index.col(*column);
            }
            // Unread counts subtract one's own messages after a position. An index by author and
            // position would be quicker, but PostgreSQL, until it has statistics, takes that one
            // for the look-up of retries too, and scans.
            if is_postgres && name == "messages_room_seq" {
                index.include("author_id");
            }
            manager.create_index(index).await?;
        }
        if !is_postgres {
            let own = Index::create()
                .name("messages_room_author_seq")
                .table("messages")
                .col("room_id")
                .col("author_id")
                .col("seq")
                .to_owned();
            manager.create_index(own).await?;
        }
        // They subtract the deleted as well, which are few.
        let deleted = Index::create()
            .name("messages_deleted_room_seq")
            .table("messages")
            .col("room_id")
            .col("seq")
            .and_where(Expr::col("deleted_at").is_not_null())
            .to_owned();
        manager.create_index(deleted).await
    }
}
