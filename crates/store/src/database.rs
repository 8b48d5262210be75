use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use whatscrap_kernel::{BackendError, Page};

use crate::checkpoints::Checkpoints;

/// How long one call of a port may take before its caller is told that the outcome is unknown:
/// a server that hangs answers nothing, not even its own timeouts.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections: SQLite has one that writes, so that writers queue here and never meet a
/// locked database, and some that read; PostgreSQL has one pool for both.
#[derive(Debug)]
pub(crate) struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    checkpoints: Option<Checkpoints>,
}

impl Database {
    /// `keeper` is a connection for checkpoints alone, `wal` the file that they keep small.
    pub(crate) fn sqlite(
        writer: DatabaseConnection,
        readers: DatabaseConnection,
        keeper: DatabaseConnection,
        wal: PathBuf,
    ) -> Self {
        let checkpoints = Checkpoints::start(keeper, writer.clone(), wal);
        Self {
            writer,
            readers,
            checkpoints: Some(checkpoints),
        }
    }

    pub(crate) fn postgres(pool: DatabaseConnection) -> Self {
        Self {
            readers: pool.clone(),
            writer: pool,
            checkpoints: None,
        }
    }

    /// Where single statements that write go.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Where everything that only reads goes.
    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// What differs between the two.
    pub(crate) fn either<T>(&self, sqlite: T, postgres: T) -> T {
        if self.is_postgres() { postgres } else { sqlite }
    }

    /// Begins a transaction that writes. It rolls back unless it is committed.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, BackendError> {
        self.writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await
            .map_err(backend)
    }

    /// 32 random digits, as SQL.
    pub(crate) fn random(&self) -> &'static str {
        self.either(
            "lower(hex(randomblob(16)))",
            "replace(gen_random_uuid()::text, '-', '')",
        )
    }

    /// A statement with `$1`, `$2`… that both databases understand.
    pub(crate) fn statement(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Statement {
        Statement::from_sql_and_values(self.writer.get_database_backend(), sql, values)
    }

    /// What follows a column of ids to say that it is one of those in `$1`, a [`hex_array`]. Each is
    /// looked up by the column's index.
    pub(crate) fn among(&self) -> &'static str {
        self.either(
            "IN (SELECT unhex(value) FROM json_each($1))",
            "= ANY (ARRAY(SELECT asked.one::uuid FROM jsonb_array_elements_text($1::jsonb) asked (one)))",
        )
    }

    /// The rows of a statement that only reads.
    pub(crate) async fn read(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>, BackendError> {
        let statement = self.statement(sql, values);
        self.readers.query_all_raw(statement).await.map_err(backend)
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), BackendError> {
        self.readers.ping().await.map_err(backend)
    }

    /// Gives a call of a port its time.
    pub(crate) async fn within<T, E: From<BackendError>>(
        &self,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        match tokio::time::timeout(PATIENCE, call).await {
            Ok(result) => result,
            Err(late) => Err(BackendError::new(late).into()),
        }
    }

    /// Closes every connection; SQLite's log is empty afterwards.
    pub(crate) async fn close(&self) -> Result<(), BackendError> {
        self.readers.close_by_ref().await.map_err(backend)?;
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.finish().await.map_err(backend)?;
        }
        self.writer.close_by_ref().await.map_err(backend)
    }
}

pub(crate) fn backend(error: DbErr) -> BackendError {
    BackendError::new(error)
}

/// Makes a page of rows of which one more than `limit` was asked for.
pub(crate) fn page<T>(mut items: Vec<T>, has_before: bool, limit: u32) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_after = items.len() > limit;
    items.truncate(limit);
    Page {
        items,
        has_before,
        has_after,
    }
}

/// A JSON array of these bytes in hexadecimal, one parameter however many they are.
pub(crate) fn hex_array<T: AsRef<[u8]>>(items: &[T]) -> Value {
    let hex = |item: &T| {
        item.as_ref().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    };
    items
        .iter()
        .map(hex)
        .collect::<serde_json::Value>()
        .to_string()
        .into()
}
