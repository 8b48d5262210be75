use whatscrap_store::Store;

use crate::config::{DatabaseUrl, Storage};
use crate::{Failure, data_dir, database, wiring};

/// Applies what is missing.
pub(super) async fn up(storage: &Storage) -> Result<(), Failure> {
    data_dir::prepare(&storage.data_dir)?;
    let store = database::open(&storage.database(), &wiring::nobody()).await?;
    for name in database::migrate(&store).await? {
        println!("applied {name}");
    }
    println!("{} is up to date", storage.database());
    close(store).await
}

/// Says what is applied and what is missing; changes nothing.
pub(super) async fn status(storage: &Storage) -> Result<(), Failure> {
    let url = storage.database();
    if let DatabaseUrl::Sqlite(path) = &url
        && !path.exists()
    {
        println!("{url} is not there yet: the first start makes it");
        return Ok(());
    }
    let store = database::open(&url, &wiring::nobody()).await?;
    let migrations = database::migrations(&store).await?;
    for name in &migrations.applied {
        println!("applied {name}");
    }
    for name in &migrations.pending {
        println!("pending {name}");
    }
    close(store).await
}

async fn close(store: Store) -> Result<(), Failure> {
    store.close().await.map_err(Failure::cannot)
}
