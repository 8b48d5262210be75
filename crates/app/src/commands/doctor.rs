use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use chrono::DateTime;
use whatscrap_kernel::Clock;
use whatscrap_platform::SystemClock;
use whatscrap_realtime::nodes::RedisCarrier;

use super::healthcheck::healthcheck;
use crate::config::{Carriage, Config, DEFAULT_METRICS_BIND, DatabaseUrl, MetricsBind};
use crate::{Failure, data_dir, database, wiring};

/// Clocks before this build's days stand still: 2026-01-01 UTC.
const NOT_BEFORE: i64 = 1_767_225_600;

/// Checks what the settings name, a line each; fails if any check does. Changes nothing.
pub(super) async fn doctor(config: &Config) -> Result<(), Failure> {
    let (database, migrations) = of_database(&config.storage.database()).await;
    let checks = [
        ("settings", config.check().map(|()| "understood".to_owned())),
        ("data folder", of_folder(config)),
        ("database", database),
        ("migrations", migrations),
        ("redis", of_redis(config).await),
        ("clock", of_clock()),
        ("port", of_port(config)),
        ("metrics", of_metrics(config)),
    ];
    let mut failed = 0;
    for (what, outcome) in checks {
        match outcome {
            Ok(found) => println!("ok    {what}: {found}"),
            Err(fault) => {
                failed += 1;
                println!("FAIL  {what}: {fault}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        1 => Err(Failure::cannot("one check failed")),
        _ => Err(Failure::cannot(format!("{failed} checks failed"))),
    }
}

type Check = Result<String, Failure>;

fn of_folder(config: &Config) -> Check {
    let folder = &config.storage.data_dir;
    if folder.exists() {
        data_dir::probe(folder)?;
        return Ok(format!("{} can be written to", folder.display()));
    }
    Ok(format!(
        "{} is not there yet: the first start makes it",
        folder.display()
    ))
}

async fn of_database(url: &DatabaseUrl) -> (Check, Check) {
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        let yet = format!("{url} is not there yet: the first start makes it");
        return (Ok(yet), Ok("all are applied at the first start".to_owned()));
    }
    let store = match database::connect(url, &wiring::nobody()).await {
        Ok(store) => store,
        Err(error) => {
            let fault = Failure::cannot(format!("{url}: {}", database::explain(&error)));
            return (
                Err(fault),
                Err(Failure::cannot("unknown without the database")),
            );
        }
    };
    let migrations = database::migrations(&store)
        .await
        .map(|found| match found.pending.len() {
            0 => format!("all {} are applied", found.applied.len()),
            pending => format!("{pending} are applied at the next start"),
        });
    let answers = store.close().await.map_err(Failure::cannot);
    (answers.map(|()| format!("{url} answers")), migrations)
}

async fn of_redis(config: &Config) -> Check {
    match config.nodes.redis_url() {
        Some(url) if config.nodes.carriage() == Carriage::Redis => {
            let answers = RedisCarrier::ping(url).await;
            answers.map_err(|error| {
                Failure::cannot(format!("it does not answer: {}", database::explain(&error)))
            })?;
            Ok("it answers".to_owned())
        }
        _ => Ok("not used".to_owned()),
    }
}

fn of_clock() -> Check {
    let now = SystemClock.now();
    if now < DateTime::from_timestamp(NOT_BEFORE, 0).unwrap_or_default() {
        return Err(Failure::cannot(format!("it is years behind: {now}")));
    }
    Ok(format!("it says {now}"))
}

fn of_port(config: &Config) -> Check {
    free_or_ours(config, config.listen.address())
}

fn of_metrics(config: &Config) -> Check {
    match config.metrics_bind {
        Some(MetricsBind::Off) => Ok("switched off".to_owned()),
        Some(MetricsBind::At(address)) => free_or_ours(config, address),
        None => free_or_ours(config, DEFAULT_METRICS_BIND)
            .or_else(|taken| Ok(format!("none will be served: {taken}"))),
    }
}

fn free_or_ours(config: &Config, address: SocketAddr) -> Check {
    match TcpListener::bind(address) {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error)
            if error.kind() == ErrorKind::AddrInUse && healthcheck(&config.listen).is_ok() =>
        {
            Ok(format!("{address} is taken, and the server runs"))
        }
        Err(error) => Err(Failure::cannot(format!(
            "{address} cannot be listened on: {error}"
        ))),
    }
}
