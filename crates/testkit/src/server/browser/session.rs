//! How a browser begins and ends.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::common::log::BrowserLogEntry;
use thirtyfour::{ChromeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel};

use super::{Browser, Device};

pub(super) fn capabilities(device: Device) -> ChromeCapabilities {
    let mut wanted = DesiredCapabilities::chrome();
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ] {
        wanted.add_arg(flag).expect("a flag is text");
    }
    if device == Device::Phone {
        let metrics = json!({"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true});
        let emulation = json!({"deviceMetrics": metrics});
        wanted
            .add_experimental_option("mobileEmulation", emulation)
            .expect("it is JSON");
    }
    let log = wanted.set_browser_log_level(LoggingPrefsLogLevel::All);
    log.expect("the log level is JSON");
    wanted
}

impl Drop for Browser {
    /// # Panics
    /// If a page did what no page may, and nobody asked for complaints since.
    fn drop(&mut self) {
        let test = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let is_failing = std::thread::panicking();
        let picture = screenshots().join(format!("{test}-{}.png", self.name));
        let server = self.driver.server_url();
        let url = format!("{server}session/{}", self.driver.session_id());
        // This thread's runtime cannot run while it drops us: end the session
        // from another, by requests of its own.
        let faults = std::thread::scope(|scope| {
            let ending = scope.spawn(|| {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
                runtime.block_on(end_session(&url, &picture, is_failing))
            });
            ending.join().expect("a session ends")
        });
        // The session is over: nothing is left for the driver to do.
        let _ = self.driver.clone().leak();
        assert!(
            is_failing || faults.is_empty(),
            "{} did what no page may: {faults:#?}",
            self.name
        );
    }
}

/// Ends it, and says what its pages did that no page may.
async fn end_session(url: &str, picture: &Path, is_failing: bool) -> Vec<String> {
    let http = crate::server::site::client();
    let faults = faults(&http, url).await;
    if (is_failing || !faults.is_empty())
        && let Ok(answer) = http.get(format!("{url}/screenshot")).send().await
        && let Ok(answer) = answer.json::<Value>().await
        && let Ok(image) = BASE64_STANDARD.decode(answer["value"].as_str().unwrap_or_default())
        && std::fs::write(picture, image).is_ok()
    {
        eprintln!("the page at the end: {}", picture.display());
    }
    // A browser that does not close now ends with the process.
    let _ = http.delete(url).send().await;
    faults
}

/// What is in the console of a session and is no refusal of the server: that is for a story to say.
async fn faults(http: &reqwest::Client, url: &str) -> Vec<String> {
    let asking = http
        .post(format!("{url}/log"))
        .json(&json!({"type": "browser"}));
    let told = match asking.send().await {
        Ok(answer) => answer.json::<Value>().await,
        Err(failure) => Err(failure),
    };
    match told.map(|mut told| serde_json::from_value(told["value"].take())) {
        Ok(Ok(entries)) => complaints(entries, |source| source != "network"),
        unread => vec![format!("its console cannot be read: {unread:?}")],
    }
}

/// What a page complains of, by its sources. A server out of reach is no complaint.
pub(super) fn complaints(
    entries: Vec<BrowserLogEntry>,
    counts: impl Fn(&str) -> bool,
) -> Vec<String> {
    entries
        .into_iter()
        .filter(|entry| {
            entry.level == "SEVERE" && counts(entry.source.as_deref().unwrap_or_default())
        })
        .map(|entry| entry.message)
        .filter(|text| !text.contains("net::ERR_") && !text.contains("WebSocket connection to"))
        .collect()
}

/// Where pictures go: `target/screenshots`, created if it is not there.
pub(super) fn screenshots() -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/screenshots");
    std::fs::create_dir_all(folder).expect("target/ is writable");
    PathBuf::from(folder)
}
