use sea_orm::{ConnectionTrait, DbErr, Value};
use whatscrap_kernel::BackendError;
use whatscrap_messages::{ChangeError, Posted, Renamed};

use super::Saver;
use super::ledger::Ledger;
use super::sql::{POSTGRES, SQLITE};
use super::task::Task;
use crate::database::backend;
use crate::messages::row;

/// Why a group was not committed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database refused one of the rows: nothing was committed, and each task alone may fare
    /// better.
    Refused(DbErr),
    /// The connection, the disk or the time ran out: nobody knows.
    Unknown(BackendError),
}

/// What came of a group.
#[derive(Default)]
pub(super) struct Saved {
    /// In the order of the tasks.
    pub(super) results: Vec<Result<Posted, ChangeError>>,
    /// Which messages came to name others.
    pub(super) renamed: Vec<Renamed>,
}

/// Saves tasks in one transaction and in their order.
pub(super) async fn commit(saver: &Saver, tasks: &[Task]) -> Result<Saved, Failure> {
    let database = &saver.database;
    let sql = if database.is_postgres() {
        &POSTGRES
    } else {
        &SQLITE
    };
    let transaction = database.begin().await?;
    let mut ledger = Ledger::default();
    let asked = Ledger::asked(tasks);
    for (read, documents) in sql.reads {
        let read = database.statement(read, asked[documents.clone()].to_vec());
        ledger.read(&transaction.query_all_raw(read).await?)?;
    }
    let read = async |sql, documents: Vec<Value>| {
        let statement = database.statement(sql, documents);
        transaction.query_all_raw(statement).await
    };
    if let Some(messages) = Ledger::touched(tasks) {
        let touched = database.statement(&row::by_ids(database), [messages]);
        ledger.read_touched(&transaction.query_all_raw(touched).await?)?;
    }
    if let Some(reactions) = Ledger::reactions(tasks) {
        ledger.read_reactions(&read(sql.reactions, reactions.to_vec()).await?)?;
    }
    if let Some(reactors) = Ledger::reactors(tasks) {
        ledger.read_reactors(&read(sql.reactors, vec![reactors]).await?)?;
    }
    if let Some(named) = Ledger::named(tasks) {
        ledger.read_named(&read(sql.named, vec![named]).await?)?;
    }
    if let Some(rooms) = Ledger::called(tasks) {
        let members = read(sql.members, vec![rooms]).await?;
        ledger.read_present(&members, &*saver.attention)?;
    }

    if let Some(files) = Ledger::carried(tasks) {
        ledger.read_files(&read(sql.files, vec![files]).await?)?;
    }

    let results = tasks.iter().map(|task| ledger.take(task)).collect();
    if let Some(documents) = ledger.changes() {
        let write = database.statement(sql.write, documents);
        transaction.execute_raw(write).await?;
        for (further, document) in ledger.further(sql) {
            let further = database.statement(further, [document]);
            transaction.execute_raw(further).await?;
        }
        failpoint!("store::before-commit");
        // Past this line a failure may have been a success.
        transaction.commit().await.map_err(backend)?;
        failpoint!("store::after-commit");
    }
    Ok(Saved {
        results,
        renamed: ledger.renamed(),
    })
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
