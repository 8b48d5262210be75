//! How a browser begins and ends.

use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
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
    fn drop(&mut self) {
        let test = std::thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        let picture = std::thread::panicking()
            .then(|| screenshots().join(format!("{test}-{}.png", self.name)));
        // This thread's runtime cannot run while it drops us: end the session
        // from another, by requests of its own.
        let url = format!(
            "{}session/{}",
            self.driver.server_url(),
            self.driver.session_id()
        );
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
                runtime.block_on(end_session(&url, picture));
            });
        });
        // The session is over: nothing is left for the driver to do.
        let _ = self.driver.clone().leak();
    }
}

async fn end_session(url: &str, picture: Option<PathBuf>) {
    let http = crate::server::site::client();
    if let Some(file) = picture
        && let Ok(answer) = http.get(format!("{url}/screenshot")).send().await
        && let Ok(answer) = answer.json::<Value>().await
        && let Ok(image) = BASE64_STANDARD.decode(answer["value"].as_str().unwrap_or_default())
        && std::fs::write(&file, image).is_ok()
    {
        eprintln!("the page at the end: {}", file.display());
    }
    // A browser that does not close now ends with the process.
    let _ = http.delete(url).send().await;
}

/// Where pictures go: `target/screenshots`, created if it is not there.
pub(super) fn screenshots() -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/screenshots");
    std::fs::create_dir_all(folder).expect("target/ is writable");
    PathBuf::from(folder)
}
