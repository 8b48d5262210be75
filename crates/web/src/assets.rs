//! The files under `/static`: embedded in release builds, read from disk in debug builds.
//!
//! Every file is served twice: under its name, to be revalidated, and under a name that holds a
//! hash of its content, to be kept for ever. Pages use the second.

mod emoji;

use std::collections::BTreeMap;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use memory_serve::{CacheControl, MemoryServe};
use tracing::subscriber::NoSubscriber;

use crate::Server;

const PREFIX: &str = "/static";

/// Serves them.
pub(crate) fn routes() -> Router<Server> {
    // That each file is served is no news worth a line of the log.
    let quietly = NoSubscriber::default();
    let files = tracing::subscriber::with_default(quietly, || files().into_router());
    Router::new()
        .nest(PREFIX, files)
        .route("/sw.js", get(worker))
        .route(emoji::url(), get(emoji::serve))
}

/// The service worker: at the top, for it can only do what lies below its own path, and always
/// asked for anew.
async fn worker() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, include_str!("../../../static/sw.js"))
}

/// The URL of every file, by its path below `static`, as `js/room.js`.
pub(crate) fn urls() -> BTreeMap<&'static str, String> {
    let manifest = files().manifest();
    let url = |(route, hashed): (&'static str, &str)| {
        (route.trim_start_matches('/'), format!("{PREFIX}{hashed}"))
    };
    let made = [("emoji.json", emoji::url().to_owned())];
    manifest.iter().map(url).chain(made).collect()
}

/// The import map (HTML, "Import maps") by which modules that import one another by their plain
/// names get the hashed ones.
pub(crate) fn import_map(urls: &BTreeMap<&'static str, String>) -> serde_json::Value {
    let modules = urls.iter().filter(|(path, _)| path.starts_with("js/"));
    let imports: BTreeMap<_, _> = modules
        .map(|(path, url)| (format!("{PREFIX}/{path}"), url))
        .collect();
    serde_json::json!({ "imports": imports })
}

fn files() -> MemoryServe {
    memory_serve::load!()
        .index_file(None)
        .cache_control(CacheControl::NoCache)
        .enable_hashed_routes(true)
}
