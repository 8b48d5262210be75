use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The index of words, by a number that orders as messages do in time. It keeps no copy of a text, and
/// takes words as they come, parted by spaces. Beginnings of up to three characters have lists of their
/// own: to merge those of a thousand words takes a hundred milliseconds.
const SQLITE: &str = "
CREATE TABLE search_docs (doc INTEGER PRIMARY KEY, message_id BLOB NOT NULL UNIQUE);
CREATE VIRTUAL TABLE search_words USING fts5(
  words, keys, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3');
CREATE TABLE search_cursors (room_id BLOB PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;";

const POSTGRES: &str = "
CREATE TABLE search_docs (doc BIGINT PRIMARY KEY, message_id UUID NOT NULL UNIQUE, words TSVECTOR NOT NULL);
CREATE INDEX search_docs_words ON search_docs USING GIN (words);
CREATE TABLE search_cursors (room_id UUID PRIMARY KEY, version BIGINT NOT NULL);";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let sql = if is_postgres { POSTGRES } else { SQLITE };
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
