use std::time::Duration;

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, Connection};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr};
use sea_orm::{Database as SeaOrm, Statement};
use whatscrap_kernel::BackendError;

use crate::database::Database;

/// What an operator may set.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// PostgreSQL connections, or SQLite readers beside the one writer.
    pub connections: u32,
    /// How many posts may wait to be saved.
    pub queue: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 10,
            queue: 4_096,
        }
    }
}

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL names another kind of database.
    #[error("a database URL begins with sqlite:, postgres:// or postgresql://")]
    UnknownScheme,
    /// The URL of a known kind cannot be read.
    #[error("the database URL cannot be read: {0}")]
    Malformed(String),
    /// Nothing answers there, or it is not ready yet: worth another try in a moment.
    #[error("the database cannot be reached")]
    Unreachable(#[source] BackendError),
    /// The server answered and refused: a wrong password, no such database.
    #[error("the database refused: {0}")]
    Refused(String),
    /// The file, or its folder, cannot be opened for writing.
    #[error("the database file cannot be opened for writing")]
    Unwritable(#[source] BackendError),
    /// The file is something else.
    #[error("the file is not a SQLite database")]
    NotADatabase,
    /// A SQLite before 3.51.3, which may corrupt its log.
    #[error("SQLite {0} is too old: 3.51.3 is the first that keeps its log whole")]
    TooOld(String),
}

/// How long a statement, or the wait for a connection, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// For how long a PostgreSQL connection that was just used is taken to be still there.
const FRESH: Duration = Duration::from_secs(1);
/// The first SQLite that does not corrupt a WAL which is reset while it is read.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
/// Rows that the driver hands over at once. Each time it waits, everything else that is ready has
/// its turn first.
const ROWS: usize = 1_024;
/// Pages that the writer keeps in memory (negative: KiB).
const WRITER_CACHE: &str = "-8192";
/// Pages that every other connection does. There are many, and each comes to hold what it ever read
/// of a file that grows; what is not there is in the system's cache.
const READER_CACHE: &str = "-2048";

pub(crate) async fn connect(url: &str, options: &Options) -> Result<Database, ConnectError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => sqlite(url, options).await,
        Some("postgres" | "postgresql") => postgres(url, options).await,
        _ => Err(ConnectError::UnknownScheme),
    }
}

async fn sqlite(url: &str, options: &Options) -> Result<Database, ConnectError> {
    let file: SqliteConnectOptions = url.parse().map_err(|error| malformed(&error))?;
    if url.contains(":memory:") {
        let why = "a database in memory would not outlive the server".to_owned();
        return Err(ConnectError::Malformed(why));
    }
    let mut wal = file.get_filename().as_os_str().to_owned();
    wal.push("-wal");
    let writer = open(pool(url, 1), |file| {
        file.create_if_missing(true)
            // A lone post puts a page of every table and index that it touches into the log:
            // half of the usual size is half the log. It holds for new files.
            .page_size(2048)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous())
            // Checkpoints have a task of their own, so that no post waits for one.
            .pragma("wal_autocheckpoint", "0")
            // What undoes a statement stays in memory: else every group writes a file of it.
            .pragma("temp_store", "memory")
            .pragma("cache_size", WRITER_CACHE)
    })
    .await?;
    assert_recent(&writer).await?;
    let readers = open(pool(url, options.connections), |file| {
        file.read_only(true).pragma("cache_size", READER_CACHE)
    })
    .await?;
    let keeper = open(pool(url, 1), |file| {
        file.pragma("wal_autocheckpoint", "0")
            .pragma("cache_size", READER_CACHE)
    })
    .await?;
    Ok(Database::sqlite(writer, readers, keeper, wal.into()))
}

/// Every commit is on the disk before anybody is told. (The control of the power cut is not.)
fn synchronous() -> SqliteSynchronous {
    failpoint!("store::synchronous-normal", |_| SqliteSynchronous::Normal);
    SqliteSynchronous::Full
}

async fn open(
    mut options: ConnectOptions,
    settings: impl Fn(SqliteConnectOptions) -> SqliteConnectOptions + Send + Sync + 'static,
) -> Result<DatabaseConnection, ConnectError> {
    options
        // There is no network that could have gone.
        .test_before_acquire(false)
        .map_sqlx_sqlite_before_acquire(|connection, _| {
            // After a failed COMMIT or ROLLBACK the driver may believe that a transaction is still
            // open, and would make savepoints of all that follow: such a connection is replaced.
            let sound = !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(sound)))
        })
        .map_sqlx_sqlite_opts(move |file| {
            settings(file)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .row_buffer_size(ROWS)
        });
    SeaOrm::connect(options).await.map_err(sqlite_fault)
}

async fn assert_recent(writer: &DatabaseConnection) -> Result<(), ConnectError> {
    let statement = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version()");
    let row = writer
        .query_one_raw(statement)
        .await
        .map_err(sqlite_fault)?;
    let version: String = row
        .ok_or(DbErr::RecordNotFound("the version".to_owned()))
        .and_then(|row| row.try_get_by_index(0))
        .map_err(sqlite_fault)?;
    let numbers: Vec<u32> = version.split('.').flat_map(str::parse).collect();
    if numbers[..] < OLDEST_SQLITE[..] {
        return Err(ConnectError::TooOld(version));
    }
    Ok(())
}

fn sqlite_fault(error: DbErr) -> ConnectError {
    match code(&error).as_deref() {
        Some("26") => ConnectError::NotADatabase,
        _ => ConnectError::Unwritable(BackendError::new(error)),
    }
}

async fn postgres(url: &str, options: &Options) -> Result<Database, ConnectError> {
    url.parse::<PgConnectOptions>()
        .map_err(|error| malformed(&error))?;
    let mut pool = pool(url, options.connections);
    pool.statement_timeout(PATIENCE)
        .test_before_acquire_if_idle_for(FRESH);
    let pool = SeaOrm::connect(pool).await.map_err(postgres_fault)?;
    Ok(Database::postgres(pool))
}

fn postgres_fault(error: DbErr) -> ConnectError {
    match code(&error).as_deref() {
        // Class 57: starting, stopping; 53: no connection or memory to spare.
        Some(code) if !code.starts_with("57") && !code.starts_with("53") => {
            ConnectError::Refused(error.to_string())
        }
        _ => ConnectError::Unreachable(BackendError::new(error)),
    }
}

fn pool(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .min_connections(1)
        .max_connections(connections)
        .connect_timeout(PATIENCE)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false);
    options
}

/// The database's own code of an error.
fn code(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return None;
    };
    error.as_database_error()?.code().map(Into::into)
}

fn malformed(error: &sqlx::Error) -> ConnectError {
    ConnectError::Malformed(error.to_string())
}
