use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text_null, uuid};

use crate::reference;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What a message shows of whom it names.
        let mentions = Table::alter()
            .table("messages")
            .add_column(text_null("mentions"))
            .to_owned();
        manager.alter_table(mentions).await?;
        // What counts and finds them. The addressee is a member, or the room itself for all of
        // them: what one has not read of a room is two ranges of the key.
        manager
            .create_table(
                Table::create()
                    .table("mentions")
                    .col(uuid("addressee_id"))
                    .col(uuid("room_id"))
                    .col(big_integer("seq"))
                    .col(uuid("author_id"))
                    .col(uuid("message_id"))
                    .primary_key(
                        Index::create()
                            .col("addressee_id")
                            .col("room_id")
                            .col("seq"),
                    )
                    .foreign_key(&mut reference("mentions", "room_id", "rooms"))
                    .foreign_key(&mut reference("mentions", "message_id", "messages"))
                    .to_owned(),
            )
            .await?;
        // By what everything that names one is read, the newest first, and by what a message's
        // are withdrawn.
        let indexes: [(&str, &[&str]); 2] = [
            (
                "mentions_addressee_message",
                &["addressee_id", "message_id"],
            ),
            ("mentions_message", &["message_id"]),
        ];
        for (name, columns) in indexes {
            let mut index = Index::create().name(name).table("mentions").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
