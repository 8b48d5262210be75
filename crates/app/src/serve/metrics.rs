//! What is counted, in Prometheus' text format, on a listener of its own.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use crate::Failure;
use crate::config::{DEFAULT_METRICS_BIND, MetricsBind};

/// The upper edges of the buckets of what takes time, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// How often what was recorded since is put into the buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Takes the address. A default that is taken is no reason not to serve; a chosen one is.
pub(super) async fn bind(bind: Option<MetricsBind>) -> Result<Option<TcpListener>, Failure> {
    let address = match bind {
        Some(MetricsBind::Off) => return Ok(None),
        Some(MetricsBind::At(address)) => address,
        None => DEFAULT_METRICS_BIND,
    };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if bind.is_none() => {
            tracing::warn!("no metrics: {address} cannot be listened on: {error}");
            Ok(None)
        }
        Err(error) => {
            let fault = format!("{address} cannot be listened on: {error}");
            Err(Failure::setting("METRICS_BIND", fault))
        }
    }
}

/// Answers `/metrics`.
pub(super) fn router(handle: PrometheusHandle) -> Router {
    let text = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Router::new().route(
        "/metrics",
        get(move || async move {
            let tasks = Handle::current().metrics().num_alive_tasks();
            metrics::gauge!("whatscrap_tasks").set(u32::try_from(tasks).unwrap_or(u32::MAX));
            (text, handle.render())
        }),
    )
}

/// What this process has counted. There is one recorder, however many servers it runs.
pub(super) fn recorder() -> Result<PrometheusHandle, Failure> {
    static RECORDER: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let recorder = RECORDER.get_or_init(|| install().map_err(|error| error.to_string()));
    recorder.clone().map_err(Failure::cannot)
}

fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
        .install_recorder()
}

/// Keeps the buckets current. Runs for ever.
pub(super) async fn upkeep(handle: PrometheusHandle) {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        every.tick().await;
        handle.run_upkeep();
    }
}
