//! A real Chromium, driven the way a person uses it: by what is written on it.

mod driver;
mod hands;
mod session;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::{MissedTickBehavior, interval, timeout};

pub use self::hands::Hands;
use self::session::{capabilities, complaints, screenshots};
use crate::server::site::{PATIENCE, Site};

/// Control and A, and back.
const SELECT_ALL: &str = "\u{e009}a\u{e000}";

/// What a browser runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// 1440 × 900, with a mouse.
    Desktop,
    /// 390 × 844, with a finger.
    Phone,
}

/// One browser with a fresh profile, closed with the value, which panics if a page broke its
/// policy, opened a dialog or did not catch an error. If its test panics, a picture of the page is
/// left in `target/screenshots`.
#[derive(Debug)]
pub struct Browser {
    /// The driver itself, for whatever has no word here.
    pub driver: WebDriver,
    site: Site,
    name: String,
    hands: Hands,
}

impl Browser {
    /// Opens a browser on a site's front page; `None`, after a loud message,
    /// where there is no Chromium. `name` says whose it is.
    pub async fn open(site: &Site, name: &str, device: Device) -> Option<Self> {
        let address = driver::address().await?;
        let driver = WebDriver::new(address, capabilities(device)).await;
        let driver = driver.expect("Chromium starts");
        let page = driver.cdp();
        let watch = include_str!("watch.js");
        let watched = page
            .page()
            .add_script_to_evaluate_on_new_document(watch)
            .await;
        watched.expect("the page is watched");
        if device == Device::Desktop {
            let window = page.emulation();
            let sized = window
                .set_device_metrics_override(1440, 900, 1.0, false)
                .await;
            sized.expect("the window takes its size");
        }
        let browser = Self {
            driver,
            site: site.clone(),
            name: name.to_owned(),
            hands: Hands::of_this_run(),
        };
        browser.visit("/").await;
        Some(browser)
    }

    /// Is used with the keyboard alone from here on, whatever this run is told with.
    #[must_use]
    pub fn by_keyboard(mut self) -> Self {
        self.hands = Hands::Keyboard;
        self
    }

    /// Prefers dark or light colours from here on.
    pub async fn prefers(&self, scheme: &str) {
        self.emulates(&[("prefers-color-scheme", scheme)]).await;
    }

    /// Is asked for by these features of media from here on, and by no others.
    pub async fn emulates(&self, features: &[(&str, &str)]) {
        let features: Vec<_> = features
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        let command = json!({"features": features});
        let cdp = self.driver.cdp();
        let set = cdp.send_raw("Emulation.setEmulatedMedia", command).await;
        set.expect("the media are emulated");
    }

    /// Goes to a path of the site.
    pub async fn visit(&self, path: &str) {
        let url = format!("{}{path}", self.site.origin);
        self.driver.goto(url).await.expect("the page loads");
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.driver.refresh().await.expect("the page loads again");
    }

    /// The path the browser is at.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.expect("a page is open");
        url.path().to_owned()
    }

    /// Writes into the field with this label, in place of what was there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find("textbox", label).await;
        match self.hands {
            Hands::Pointer => field.clear().await.expect("the field can be emptied"),
            Hands::Keyboard => {
                self.goes_to(&field).await;
                self.type_into(&field, SELECT_ALL).await;
            }
        }
        self.type_into(&field, text).await;
    }

    /// Types into the field with this label, after what is there.
    pub async fn types(&self, label: &str, keys: &str) {
        let field = self.find("textbox", label).await;
        if self.hands == Hands::Keyboard {
            self.goes_to(&field).await;
        }
        self.type_into(&field, keys).await;
    }

    /// Writes a message into the room's composer and sends it with Enter.
    pub async fn says(&self, room: &str, text: &str) {
        self.types(&format!("Message {room}"), &format!("{text}\u{e007}"))
            .await;
    }

    async fn type_into(&self, field: &WebElement, keys: &str) {
        field.send_keys(keys).await.expect("the field takes text");
    }

    /// Presses the button with this name.
    pub async fn press(&self, name: &str) {
        let button = self.find("button", name).await;
        self.click(&button).await;
    }

    /// Follows the link whose name holds this text.
    pub async fn follow(&self, name: &str) {
        let link = self.find("link", name).await;
        self.click(&link).await;
    }

    /// The visible element with this role and accessible name, once it is there.
    pub async fn find(&self, role: &str, name: &str) -> WebElement {
        self.until(&format!("{role} {name:?}"), async || {
            let script = include_str!("find.js");
            let found = self
                .driver
                .execute(script, vec![role.into(), name.into()])
                .await;
            found.ok()?.element().ok()
        })
        .await
    }

    /// The value of an expression in the page.
    pub async fn eval(&self, expression: &str) -> Value {
        let script = format!("return ({expression})");
        let value = self.driver.execute(script, Vec::new()).await;
        value.expect("the expression has a value").json().clone()
    }

    /// Waits until an expression in the page is true.
    pub async fn holds(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        self.until(expression, async || {
            let value = self
                .driver
                .execute(script.as_str(), Vec::new())
                .await
                .ok()?;
            (value.json() == &Value::Bool(true)).then_some(())
        })
        .await;
    }

    /// Waits for something that polling alone can see.
    ///
    /// # Panics
    /// With `what`, if it does not come in time.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let mut ticks = interval(Duration::from_millis(50));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let looking = async {
            loop {
                ticks.tick().await;
                if let Some(found) = look().await {
                    return found;
                }
            }
        };
        match timeout(PATIENCE, looking).await {
            Ok(found) => found,
            Err(late) => panic!("{late}: {} sees no {what}", self.name),
        }
    }

    /// What the page complained of since the last call: errors, dialogs and
    /// policy violations. A server out of reach is no complaint.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self
            .driver
            .browser_log()
            .await
            .expect("the console has a log");
        complaints(log, |_| true)
    }

    /// Leaves a picture of the page in `target/screenshots`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let file = screenshots().join(format!("{name}.png"));
        self.driver
            .screenshot(&file)
            .await
            .expect("the page has a picture");
        file
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    const PAGE: &str =
        "<!doctype html><title>t</title><meta name=viewport content=width=device-width>
        <meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">
        <label>Name <input id=n></label>
        <button onclick=\"out.textContent = n.value + innerWidth; alert('boo')\">Go</button>
        <p role=status id=out></p><img src=/x.png>";

    /// Serves `PAGE` to whoever comes.
    async fn site() -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/html";
                    let length = PAGE.len();
                    let answer = format!("{head}\r\nContent-Length: {length}\r\n\r\n{PAGE}");
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Site::at(origin)
    }

    #[tokio::test]
    async fn a_browser_acts_by_names_and_notices_dialogs_and_violations() {
        let site = site().await;
        for (device, width) in [(Device::Desktop, "ada1440"), (Device::Phone, "ada390")] {
            let Some(browser) = Browser::open(&site, "ada", device).await else {
                return;
            };
            browser.fill("Name", "ada").await;
            browser.press("Go").await;
            browser
                .holds(&format!("out.textContent === '{width}'"))
                .await;
            let complaints = browser.complaints().await.join("\n");
            assert!(complaints.contains("alert dialog: boo"), "{complaints}");
            assert!(
                complaints.contains("policy violation: img-src"),
                "{complaints}"
            );
            assert_eq!(browser.complaints().await, Vec::<String>::new());
        }
    }

    /// What a browser panics with when it is closed.
    fn end_of(browser: Browser) -> String {
        let ended = catch_unwind(AssertUnwindSafe(|| drop(browser)));
        let why = ended.expect_err("it panics");
        why.downcast::<String>().map(|why| *why).unwrap()
    }

    #[tokio::test]
    async fn a_browser_ends_badly_if_a_page_broke_its_policy_or_left_an_error_uncaught() {
        let site = site().await;
        let Some(browser) = Browser::open(&site, "policy", Device::Desktop).await else {
            return;
        };
        let end = end_of(browser);
        assert!(end.contains("policy violation: img-src"), "{end}");
        for (failing, said) in [
            ("throw new Error('boom')", "boom"),
            ("Promise.reject(new Error('unheard'))", "unheard"),
        ] {
            let browser = Browser::open(&site, "uncaught", Device::Desktop)
                .await
                .unwrap();
            browser.complaints().await;
            let soon = format!(
                "new Promise((done) => setTimeout(() => {{ setTimeout(done); {failing}; }}))"
            );
            browser.eval(&soon).await;
            let end = end_of(browser);
            assert!(end.contains(said) && !end.contains("policy"), "{end}");
        }
    }
}
