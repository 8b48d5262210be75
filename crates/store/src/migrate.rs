use sea_orm::ConnectionTrait;
use whatscrap_kernel::BackendError;
use whatscrap_migration::{MigrationStatus, Migrator, MigratorTrait};

use crate::database::{Database, backend};

/// Which steps of the schema this database has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrations {
    /// The names of the steps that were taken, in order.
    pub applied: Vec<String>,
    /// Those that were not yet.
    pub pending: Vec<String>,
}

/// Any number that no other program on the same PostgreSQL database uses for its advisory lock.
const LOCK: i64 = 0x5748_4154_5343_5241;

/// Takes every pending step, in one transaction and one process at a time: the others wait, and
/// find nothing left to do.
pub(crate) async fn migrate(database: &Database) -> Result<(), BackendError> {
    let transaction = database.begin().await?;
    if database.is_postgres() {
        // A step, or the wait for another process, may take longer than a statement should.
        let lock = format!("SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})");
        transaction
            .execute_unprepared(&lock)
            .await
            .map_err(backend)?;
    }
    Migrator::up(&transaction, None).await.map_err(backend)?;
    transaction.commit().await.map_err(backend)
}

pub(crate) async fn status(database: &Database) -> Result<Migrations, BackendError> {
    let steps = Migrator::get_migration_with_status_read_only(database.reader())
        .await
        .map_err(backend)?;
    let names = |status| {
        let steps = steps.iter().filter(|step| step.status() == status);
        steps.map(|step| step.name().to_owned()).collect()
    };
    Ok(Migrations {
        applied: names(MigrationStatus::Applied),
        pending: names(MigrationStatus::Pending),
    })
}
