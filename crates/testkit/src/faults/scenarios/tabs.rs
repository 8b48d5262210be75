//! R24: what a real browser makes of it.

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use thirtyfour::WindowHandle;
use tokio::time::timeout;

use super::Size;
use crate::browser::{Browser, Device};
use crate::faults::lasts;
use crate::faults::measured::Measured;
use crate::faults::proxy::{Proxy, Weather};
use crate::server::{Launch, PASSWORD, Process, Site};

/// The texts of the log, in the order they stand in.
const SHOWN: &str = "[...document.querySelectorAll('[role=log] article .message__body')]\
    .map(body => body.textContent.trim())";
const ONLINE: &str = "document.documentElement.dataset.connection === 'online'";
/// How many messages this browser has not been told of as sent, in all its tabs.
const UNSENT: &str = "const done = arguments[0], opening = indexedDB.open('whatscrap', 1);
    opening.onsuccess = () => {
        const count = opening.result.transaction('unsent').objectStore('unsent').count();
        count.onsuccess = () => done(count.result);
    };";

/// Whatever happens to the tabs of a browser, in the end they show what the database has, each
/// message once, and nothing is unsent. `None`, after a loud message, where there is no Chromium.
///
/// # Panics
/// If that does not hold.
pub async fn tabs(binary: &Path, size: Size, seed: u64) -> Option<Measured> {
    let cuts = size.of(8, 50);
    let data = tempfile::tempdir().expect("a temporary folder");
    let launch = Launch::of(binary, data.path());
    let mut server = launch.start().await;
    let proxy = Proxy::before(&server.origin, seed).await;
    let far = Site::at(proxy.origin.as_str());
    let browser = Browser::open(&far, "ada", Device::Desktop).await?;
    let ada = server.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let mut window = Window::open(browser, &room).await;

    let mut chance = StdRng::seed_from_u64(seed);
    for _ in 0..cuts {
        let tab = chance.random_range(0..window.tabs.len());
        window.turn_to(tab).await;
        match chance.random_range(0..4) {
            0 => {
                proxy.turns(Weather::down());
                window.says(3).await;
                proxy.turns(Weather::default());
            }
            1 => {
                proxy.turns(Weather::black_hole());
                window.says(2).await;
                lasts(Duration::from_millis(500)).await;
                proxy.turns(Weather::default());
            }
            2 => {
                window.says(1).await;
                server.kill().await;
                window.says(1).await;
                server.starts_again().await;
            }
            _ => {
                window.says(2).await;
                window.browser.reload().await;
            }
        }
        window.hurries().await;
    }
    window.turn_to(0).await;
    proxy.turns(Weather::down());
    window.says(2).await;
    window.crashes().await;
    proxy.turns(Weather::default());
    window.opens_another().await;
    let rows = window.shows_all(&server, &room).await;
    Some(Measured {
        fault: "R24: two tabs of a real Chromium".to_owned(),
        load: format!(
            "{cuts} cuts, kills of the server and reloads, a crash of a tab; seed {seed}"
        ),
        figures: vec![format!(
            "{rows} messages said, stored and shown once, in one order; 0 unsent"
        )],
    })
}

/// One browser whose tabs are all in one room.
struct Window {
    browser: Browser,
    path: String,
    tabs: Vec<WindowHandle>,
    said: usize,
}

impl Window {
    /// Logs in and opens two tabs.
    async fn open(browser: Browser, room: &str) -> Self {
        browser.visit("/auth/login").await;
        browser.fill("Username", "ada").await;
        browser.fill("Password", PASSWORD).await;
        browser.press("Log in").await;
        browser.holds("location.pathname.startsWith('/chat')").await;
        let path = format!("/chat/room/{room}");
        browser.visit(&path).await;
        let tab = browser.driver.window().await.expect("a tab is open");
        let mut window = Self {
            browser,
            path,
            tabs: vec![tab],
            said: 0,
        };
        window.opens_another().await;
        window
    }

    async fn opens_another(&mut self) {
        let tab = self.browser.driver.new_tab().await.expect("a tab opens");
        self.tabs.push(tab);
        self.turn_to(self.tabs.len() - 1).await;
        self.browser.visit(&self.path).await;
        self.browser.holds(ONLINE).await;
    }

    async fn turn_to(&self, tab: usize) {
        let tab = self.tabs[tab].clone();
        let turned = self.browser.driver.switch_to_window(tab).await;
        turned.expect("the tab is there");
    }

    async fn says(&mut self, count: usize) {
        for _ in 0..count {
            self.said += 1;
            self.browser.says("Hall", &self.said.to_string()).await;
        }
        // The shelf answers when it has kept what was said before.
        self.unsent().await;
    }

    /// How many messages are unsent; `None` if the tab does not say.
    async fn unsent(&self) -> Option<u64> {
        let script = self.browser.driver.execute_async(UNSENT, Vec::new());
        script.await.ok()?.json().as_u64()
    }

    /// Lets no tab wait for its next try.
    async fn hurries(&self) {
        for tab in 0..self.tabs.len() {
            self.turn_to(tab).await;
            self.browser
                .eval("dispatchEvent(new Event('online'))")
                .await;
            self.browser.holds(ONLINE).await;
        }
    }

    /// The tab that is turned to dies as by a lack of memory.
    async fn crashes(&mut self) {
        let pages = self.browser.driver.cdp();
        let crash = pages.send_raw("Page.crash", json!({}));
        // What has crashed may not say so.
        let _ = timeout(Duration::from_secs(3), crash).await;
        let here = self.tabs.remove(0);
        self.turn_to(0).await;
        drop(here);
    }

    /// Waits until every tab shows what the database has; how much that is.
    async fn shows_all(&self, server: &Process, room: &str) -> usize {
        self.hurries().await;
        let told = format!("everything is sent, all {} of it", self.said);
        self.browser
            .until(&told, async || (self.unsent().await? == 0).then_some(()))
            .await;
        let rows = server.login("ada").await.reads_all(room).await;
        let stored: Vec<Value> = rows.iter().map(|row| row["body"].clone()).collect();
        assert_eq!(stored.len(), self.said, "each once: {stored:?}");
        for tab in 0..self.tabs.len() {
            self.turn_to(tab).await;
            // A page that is loaded anew begins with the newest fifty.
            let all = format!(
                "((shown, stored) => shown.length >= Math.min(50, stored.length) &&
                    JSON.stringify(shown) === JSON.stringify(stored.slice(-shown.length)))
                    ({SHOWN}, {})",
                json!(stored)
            );
            self.browser.holds(&all).await;
            assert_eq!(self.browser.complaints().await, Vec::<String>::new());
        }
        stored.len()
    }
}
