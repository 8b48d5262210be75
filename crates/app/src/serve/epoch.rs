//! Whether the database is still the one of last time.
//!
//! A database that is restored from an older copy goes on counting from where the copy stood, and
//! soon is past the cursors of clients that were further: they would hold messages that nobody
//! else has, and never learn it. So a small file in the data folder keeps the epoch and how far
//! the rooms had come. A database that is behind it, or of another epoch, gets a new epoch, by
//! which every client begins anew.

use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use whatscrap_store::{Epoch, Store};

use crate::config::{DatabaseUrl, Storage};
use crate::{Failure, database};

/// How often the file is brought up to date. A copy that is younger than this when a server is
/// killed cannot be told from the database itself.
const EVERY: Duration = Duration::from_secs(5);

/// The file, which outlives what it tells of.
#[derive(Clone)]
pub(super) struct Keeper {
    store: Store,
    file: Arc<File>,
}

impl Keeper {
    /// Compares the database with what the folder remembers, and gives it a new epoch if it is
    /// not the same, further on.
    pub(super) async fn open(storage: &Storage, store: &Store) -> Result<Self, Failure> {
        let path = storage.data_dir.join("epoch");
        let unusable =
            |error: Error| Failure::cannot(format!("{} cannot be used: {error}", path.display()));
        let mut options = File::options();
        options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600);
        let mut file = options.open(&path).map_err(unusable)?;
        let mut text = String::new();
        match file.read_to_string(&mut text) {
            Err(error) if error.kind() != ErrorKind::InvalidData => return Err(unusable(error)),
            _ => {}
        }
        let away = |error| Failure::cannot(database::explain(&error));
        let found = store.epoch().await.map_err(away)?;
        if !goes_on(parse(&text), &found, &storage.database()) {
            tracing::warn!("the database is not the one of last time: every client begins anew");
            store.renew_epoch().await.map_err(away)?;
        }
        let keeper = Self {
            store: store.clone(),
            file: Arc::new(file),
        };
        keeper.note().await;
        // From here on the file is overwritten in place, so that a power cut leaves the old note
        // or the new one.
        let synced = keeper
            .file
            .sync_all()
            .and_then(|()| sync_folder(&storage.data_dir));
        synced.map_err(unusable)?;
        Ok(keeper)
    }

    /// Notes now and then how far the rooms have come.
    pub(super) async fn keep(self) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            self.note().await;
        }
    }

    /// Notes how far the rooms have come.
    pub(super) async fn note(&self) {
        let noted = match self.store.epoch().await {
            Ok(Epoch { name, changes }) => {
                let note = format!("{name} {changes:020}\n");
                self.file
                    .write_all_at(note.as_bytes(), 0)
                    .map_err(|error| error.to_string())
            }
            Err(error) => Err(database::explain(&error)),
        };
        if let Err(error) = noted {
            tracing::warn!(error, "how far the rooms have come could not be noted");
        }
    }
}

fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)?.sync_all()
}

fn parse(note: &str) -> Option<Epoch> {
    let (name, changes) = note.trim_end().split_once(' ')?;
    Some(Epoch {
        name: name.to_owned(),
        changes: changes.parse().ok()?,
    })
}

/// Whether what is found continues what was noted. An SQLite file without a note was moved here or
/// restored; a PostgreSQL database may well be older than this folder.
fn goes_on(noted: Option<Epoch>, found: &Epoch, database: &DatabaseUrl) -> bool {
    match noted {
        Some(noted) => noted.name == found.name && noted.changes <= found.changes,
        None => found.changes == 0 || !matches!(database, DatabaseUrl::Sqlite(_)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_on_from(note: &str, name: &str, changes: u64) -> bool {
        let name = name.to_owned();
        let found = Epoch { name, changes };
        goes_on(parse(note), &found, &DatabaseUrl::Sqlite("chat.db".into()))
    }

    #[test]
    fn a_database_goes_on_if_it_is_of_the_same_epoch_and_not_behind() {
        assert!(goes_on_from("a 00000000000000000007\n", "a", 7));
        assert!(goes_on_from("a 00000000000000000007\n", "a", 8));
        assert!(
            !goes_on_from("a 00000000000000000007\n", "a", 6),
            "an older copy"
        );
        assert!(
            !goes_on_from("a 00000000000000000007\n", "b", 8),
            "another database"
        );
    }

    #[test]
    fn without_a_readable_note_only_an_empty_file_goes_on() {
        for note in ["", "a", "a b\n"] {
            assert!(goes_on_from(note, "a", 0));
            assert!(!goes_on_from(note, "a", 1));
        }
        let found = Epoch {
            name: "a".to_owned(),
            changes: 1,
        };
        let elsewhere = "postgres://h/d".parse().unwrap();
        assert!(
            goes_on(None, &found, &elsewhere),
            "the folder may be the younger one"
        );
    }
}
