//! The files under `/static`: embedded in release builds, read from disk in debug builds.
//!
//! Every file is served twice: under its name, to be revalidated, and under a name that holds a
//! hash of its content, to be kept for ever. Pages use the second. What they always need comes in
//! few [bundles](bundle).

mod bundle;
mod emoji;
mod made;
mod manifest;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;
use memory_serve::{CacheControl, MemoryServe};
use tracing::subscriber::NoSubscriber;

use self::bundle::Bundles;
use self::made::Made;
use crate::Server;

const PREFIX: &str = "/static";
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/static.rs"));
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static");

/// What was bundled at the start, and which bundle holds which source.
static BUNDLES: LazyLock<Bundles> = LazyLock::new(|| Bundles::make(&source));
/// The files that are made of it, by the path of their entry, and the list of emoji.
static MADE: LazyLock<BTreeMap<&str, Made>> = LazyLock::new(|| {
    let bundles = BUNDLES
        .texts
        .iter()
        .map(|(entry, text)| (*entry, text.clone()));
    let emoji = ("emoji.json", emoji::json());
    let made = bundles.chain([emoji]);
    made.map(|(path, text)| (path, Made::new(path, text)))
        .collect()
});

/// Serves them.
pub(crate) fn routes() -> Router<Server> {
    // That each file is served is no news worth a line of the log.
    let quietly = NoSubscriber::default();
    let files = tracing::subscriber::with_default(quietly, || files().into_router());
    let mut router = Router::new()
        .nest(PREFIX, files)
        .route("/sw.js", get(worker))
        .route("/manifest.webmanifest", get(manifest::serve));
    for (path, made) in &*MADE {
        let serve = async |headers: HeaderMap| {
            // A debug build shows what is written now.
            if cfg!(debug_assertions)
                && let Some(text) = Bundles::make(&source).texts.remove(path)
            {
                return Made::new(path, text).serve(&headers);
            }
            made.serve(&headers)
        };
        router = router.route(&made.url, get(serve));
    }
    router
}

/// What the pages need to be shown without a line, beside the page that says so.
const SHELL: [&str; 10] = [
    "css/chat.css",
    "css/entry.css",
    "css/picker.css",
    "icons/sprite.svg",
    "js/app.js",
    "js/around.js",
    "js/later.js",
    "img/icon.svg",
    "img/icon-mentioned.svg",
    "img/icon-unread.svg",
];

/// The service worker: at the top, for it can only do what lies below its own path, and always
/// asked for anew. It changes with what it keeps.
async fn worker() -> impl IntoResponse {
    static SCRIPT: LazyLock<String> = LazyLock::new(|| {
        let urls = urls();
        let shell = SHELL.iter().map(|path| urls[path].as_str());
        let shell: Vec<_> = ["/offline"].into_iter().chain(shell).collect();
        let script = include_str!("../../../static/sw.js");
        format!("const SHELL = {};\n{script}", serde_json::json!(shell))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, SCRIPT.as_str())
}

/// The URL of every file, by its path below `static`, as `js/room.js`.
pub(crate) fn urls() -> BTreeMap<&'static str, String> {
    let manifest = files().manifest();
    let url = |(route, hashed): (&'static str, &str)| {
        (route.trim_start_matches('/'), format!("{PREFIX}{hashed}"))
    };
    let made = MADE.iter().map(|(path, made)| (*path, made.url.clone()));
    manifest.iter().map(url).chain(made).collect()
}

/// The import map (HTML, "Import maps") by which modules that import one another by their plain
/// names get the hashed ones, or the bundle that holds them.
pub(crate) fn import_map(urls: &BTreeMap<&'static str, String>) -> serde_json::Value {
    let modules = urls.keys().filter(|path| path.starts_with("js/"));
    let imports: BTreeMap<_, _> = modules
        .map(|path| {
            let holder = BUNDLES.holders.get(*path).unwrap_or(path);
            (format!("{PREFIX}/{path}"), &urls[holder])
        })
        .collect();
    serde_json::json!({ "imports": imports })
}

/// What is written in a file below `static`.
fn source(path: &str) -> String {
    if cfg!(debug_assertions) {
        let file = format!("{FOLDER}/{path}");
        return std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    let found = SOURCES.iter().find(|(name, _)| *name == path);
    let (_, text) = found.unwrap_or_else(|| panic!("there is no {path}"));
    (*text).to_owned()
}

fn files() -> MemoryServe {
    memory_serve::load!()
        .index_file(None)
        .cache_control(CacheControl::NoCache)
        .enable_hashed_routes(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_weighs_little() {
        let weight = |path: &str| MADE[path].compressed().len();
        let (first, styles) = (weight("js/app.js"), weight("css/chat.css"));
        let scripts = first + weight("js/around.js") + weight("js/later.js");
        assert!(first <= 35_000, "{first} bytes before it answers");
        assert!(scripts <= 60_000, "{scripts} bytes of JavaScript");
        assert!(styles <= 20_000, "{styles} bytes of CSS");
    }

    #[test]
    fn every_bundle_is_made() {
        assert_eq!(MADE.len(), bundle::ENTRIES.len() + 1);
        let urls = urls();
        let map = import_map(&urls);
        assert_eq!(map["imports"]["/static/js/socket.js"], urls["js/app.js"]);
    }
}
