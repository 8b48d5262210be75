//! The folder that holds what must outlive the process.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use whatscrap_platform::webpush::VapidKey;

use crate::Failure;
use crate::config::{DatabaseUrl, Secret};

/// Makes the folder, readable to nobody else, and shows that it can be written to.
pub(crate) fn prepare(folder: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| unusable(folder, &error))?;
    probe(folder)
}

/// Shows that the folder can be written to.
pub(crate) fn probe(folder: &Path) -> Result<(), Failure> {
    tempfile::tempfile_in(folder)
        .map(drop)
        .map_err(|error| unusable(folder, &error))
}

fn unusable(folder: &Path, error: &std::io::Error) -> Failure {
    let path = folder.display();
    Failure::setting(
        "DATA_DIR",
        format!("{path} is no folder that can be written to: {error}"),
    )
}

/// The key by which push services know this server: the one that follows from the secret of its
/// nodes, or else one that is made at the first start.
pub(crate) fn vapid_key(folder: &Path, secret: Option<&Secret>) -> Result<VapidKey, Failure> {
    if let Some(secret) = secret {
        let seed = secret.derive("the key for web push");
        return VapidKey::derived(&seed).map_err(Failure::cannot);
    }
    let path = folder.join("vapid.key");
    VapidKey::at(&path).map_err(|error| {
        let path = path.display();
        Failure::cannot(format!("{path} holds no key for web push: {error}"))
    })
}

/// Holds the one server that an SQLite file may have: a second would not hear what the first
/// commits. The lock ends with the process, however it ends. A PostgreSQL needs none.
pub(crate) fn lock(database: &DatabaseUrl) -> Result<Option<File>, Failure> {
    let DatabaseUrl::Sqlite(path) = database else {
        return Ok(None);
    };
    let mut name = path.clone().into_os_string();
    name.push(".lock");
    let unusable = |error: std::io::Error| {
        Failure::cannot(format!("{} cannot be opened: {error}", path.display()))
    };
    // Made here, the database is nobody else's to read, whatever the folder; its log inherits that.
    let mut own = File::options();
    own.write(true).create(true).truncate(false).mode(0o600);
    own.open(path).map_err(unusable)?;
    let file = own.open(name).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Failure::cannot(format!(
            "another whatscrap serves {database} already"
        ))),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}
