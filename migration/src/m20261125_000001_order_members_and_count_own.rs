use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::DbBackend;

use crate::folded;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A page of members is read in the order of their usernames, which never change.
        add(manager, folded(manager, "username").default("")).await?;
        // One's own messages after the pointer are counted when it is put back, not whenever
        // rooms are listed: so many are there for as long as it stands at `own_after_seq`.
        add(manager, big_integer("own_after_seq").default(-1)).await?;
        add(manager, big_integer("own_after").default(0)).await?;
        let connection = manager.get_connection();
        connection
            .execute_unprepared(
                "UPDATE memberships SET own_after_seq = read_seq,
                     username = (SELECT username FROM users WHERE id = user_id),
                     own_after = (SELECT COUNT(*) FROM messages o
                                  WHERE o.room_id = memberships.room_id
                                    AND o.author_id = memberships.user_id
                                    AND o.seq > memberships.read_seq)",
            )
            .await?;
        let by_username = Index::create()
            .name("memberships_room_username")
            .table("memberships")
            .col("room_id")
            .col("username")
            .to_owned();
        manager.create_index(by_username).await?;
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        // What only the old way of counting read. The unread that are deleted are still counted.
        let obsolete = if is_postgres {
            "DROP INDEX messages_room_seq;
             CREATE UNIQUE INDEX messages_room_seq ON messages (room_id, seq);"
        } else {
            "DROP INDEX messages_room_author_seq;"
        };
        connection
            .execute_unprepared(&format!(
                "{obsolete}
                 DROP INDEX messages_deleted_room_seq;
                 CREATE INDEX messages_deleted_room_seq ON messages (room_id, seq, author_id)
                 WHERE deleted_at IS NOT NULL;"
            ))
            .await?;
        Ok(())
    }
}

async fn add(manager: &SchemaManager<'_>, column: impl IntoColumnDef) -> Result<(), DbErr> {
    let table = Table::alter()
        .table("memberships")
        .add_column(column)
        .to_owned();
    manager.alter_table(table).await
}
