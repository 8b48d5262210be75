//! The way to the database, and its state.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use whatscrap_store::{ConnectError, Migrations, Options, Store};
use whatscrap_web::Readiness;

use crate::Failure;
use crate::config::DatabaseUrl;
use crate::wiring::Told;

/// How long a database that is out of reach is tried: it may be starting, as we are.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// Connects, and waits for a database that is not there yet, with one warning.
pub(crate) async fn open(url: &DatabaseUrl, told: &Told) -> Result<Store, Failure> {
    let deadline = Instant::now() + PATIENCE;
    let mut has_warned = false;
    loop {
        let reason = match timeout_at(deadline, connect(url, told)).await {
            Ok(Ok(store)) => return Ok(store),
            Ok(Err(error @ ConnectError::Unreachable(_))) => explain(&error),
            Ok(Err(error)) => return Err(unusable(url, &explain(&error))),
            Err(_) => "it does not answer".to_owned(),
        };
        if Instant::now() + PAUSE > deadline {
            return Err(unusable(url, &reason));
        }
        if !has_warned {
            tracing::warn!(
                "{url} is out of reach, trying for {} s: {reason}",
                PATIENCE.as_secs()
            );
            has_warned = true;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a database that starts tells nobody when"
        )]
        sleep(PAUSE).await;
    }
}

/// Connects at once, or says why not.
pub(crate) async fn connect(url: &DatabaseUrl, told: &Told) -> Result<Store, ConnectError> {
    let (bus, attention) = (told.bus.clone(), told.hub.clone());
    Store::connect(&url.to_secret_url(), Options::default(), bus, attention).await
}

fn unusable(url: &DatabaseUrl, reason: &str) -> Failure {
    Failure::cannot(format!("the database {url} cannot be used: {reason}"))
}

/// Applies what is missing, and names it; of several servers that start together one does it, and
/// the others wait.
pub(crate) async fn migrate(store: &Store) -> Result<Vec<String>, Failure> {
    let pending = migrations(store).await?.pending;
    if !pending.is_empty() {
        tracing::info!("applying migrations: {}", pending.join(", "));
    }
    store
        .migrate()
        .await
        .map_err(|error| Failure::cannot(explain(&error)))?;
    Ok(pending)
}

/// What is applied, and what is missing.
pub(crate) async fn migrations(store: &Store) -> Result<Migrations, Failure> {
    store
        .migrations()
        .await
        .map_err(|error| Failure::cannot(explain(&error)))
}

/// An error with what it came from.
pub(crate) fn explain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// What `/readyz` asks: whether the database answers and its schema is this version's.
pub(crate) fn readiness(store: Store) -> Readiness {
    Arc::new(move || {
        let store = store.clone();
        Box::pin(async move { reasons(&store).await })
    })
}

async fn reasons(store: &Store) -> Vec<String> {
    match store.migrations().await {
        Ok(migrations) if migrations.pending.is_empty() => Vec::new(),
        Ok(_) => vec!["the database lacks migrations".to_owned()],
        Err(error) => {
            tracing::warn!(error = explain(&error), "the database does not answer");
            vec!["the database does not answer".to_owned()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring;

    /// Nobody listens on port 1.
    const NOWHERE: &str = "postgres://ada:s3cret@127.0.0.1:1/chat";

    #[tokio::test(start_paused = true)]
    async fn a_database_out_of_reach_is_tried_for_half_a_minute_then_named_without_its_password() {
        let began = Instant::now();
        let failure = open(&NOWHERE.parse().unwrap(), &wiring::nobody())
            .await
            .unwrap_err();
        assert!(
            began.elapsed() > Duration::from_secs(29),
            "{:?}",
            began.elapsed()
        );
        let line = failure.to_string();
        assert!(
            line.contains("postgres://ada:***@127.0.0.1:1/chat"),
            "{line}"
        );
        assert!(!line.contains("s3cret") && !line.contains('\n'), "{line}");
    }

    #[tokio::test]
    async fn a_database_that_refuses_is_not_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chat.db");
        std::fs::write(&file, "no database at all, ".repeat(60)).unwrap();
        let url = DatabaseUrl::Sqlite(file);
        let failure = open(&url, &wiring::nobody()).await.unwrap_err();
        assert!(
            failure.to_string().contains("not a SQLite database"),
            "{failure}"
        );
    }
}
