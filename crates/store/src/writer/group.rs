use sea_orm::{ConnectionTrait, DbErr};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{NewMessage, PostError, Posted};

use super::Saver;
use super::ledger::Ledger;
use super::sql::{POSTGRES, SQLITE};
use crate::database::backend;

/// Why a group was not committed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database refused one of the rows: nothing was committed, and each post alone may fare
    /// better.
    Refused(DbErr),
    /// The connection, the disk or the time ran out: nobody knows.
    Unknown(BackendError),
}

/// Saves posts in one transaction and in their order. The results are in the order of the posts.
pub(super) async fn commit(
    saver: &Saver,
    posts: &[NewMessage],
) -> Result<Vec<Result<Posted, PostError>>, Failure> {
    let database = &saver.database;
    let sql = if database.is_postgres() {
        &POSTGRES
    } else {
        &SQLITE
    };
    let transaction = database.begin().await?;
    let mut ledger = Ledger::default();
    let asked = Ledger::asked(posts);
    for (read, documents) in sql.reads {
        let read = database.statement(read, asked[documents.clone()].to_vec());
        ledger.read(&transaction.query_all_raw(read).await?)?;
    }
    let read = async |sql, document| {
        let statement = database.statement(sql, [document]);
        transaction.query_all_raw(statement).await
    };
    if let Some(named) = Ledger::named(posts) {
        ledger.read_named(&read(sql.named, named).await?)?;
    }
    if let Some(rooms) = Ledger::called(posts) {
        ledger.read_present(&read(sql.members, rooms).await?, &*saver.attention)?;
    }

    if let Some(files) = Ledger::carried(posts) {
        ledger.read_files(&read(sql.files, files).await?)?;
    }

    let results = posts.iter().map(|post| ledger.post(post)).collect();
    if let Some(documents) = ledger.changes() {
        let write = database.statement(sql.write, documents);
        transaction.execute_raw(write).await?;
        if let Some(addressed) = ledger.addressed() {
            let mention = database.statement(sql.mention, [addressed]);
            transaction.execute_raw(mention).await?;
        }
        if let Some(taken) = ledger.taken() {
            let take = database.statement(sql.take, [taken]);
            transaction.execute_raw(take).await?;
        }
        failpoint!("store::before-commit");
        // Past this line a failure may have been a success.
        transaction.commit().await.map_err(backend)?;
        failpoint!("store::after-commit");
    }
    Ok(results)
}

impl From<BackendError> for Failure {
    fn from(error: BackendError) -> Self {
        Self::Unknown(error)
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        if error.sql_err().is_some() {
            Self::Refused(error)
        } else {
            Self::Unknown(backend(error))
        }
    }
}
