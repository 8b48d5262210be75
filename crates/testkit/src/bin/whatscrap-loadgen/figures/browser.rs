//! A room of a large history in a real browser whose processor is four times slower.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{Instant, interval, timeout};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{Launch, PASSWORD, Person, Process};

use super::Figures;
use crate::table::{Table, count, small};

const MESSAGES: u64 = 10_000;
/// How much slower the browser's processor is made.
const SLOWER: u32 = 4;
/// Posts a second of somebody else while one types and goes about.
const POSTS_A_SECOND: u64 = 20;
/// Rooms that one goes through, and back.
const SWITCHES: usize = 50;
const ONLINE: &str = "document.documentElement.dataset.connection === 'online'";
/// What `whole` is once nothing more comes after a page: its later modules are there.
const WHOLE: &str = "document.querySelector('#log[data-actions]')";

pub(super) async fn measure(figures: &Figures) -> io::Result<Table> {
    let title = format!(
        "A room of {} messages in Chromium, {SLOWER} times slower",
        count(crate::report::precise(MESSAGES))
    );
    let mut table = Table::new(&title, &["what", "figure", "goal"]);
    let mut row = |what: &str, figure: String, goal: &str| {
        table.row([what.to_owned(), figure, goal.to_owned()]);
    };
    let data = TempDir::new()?;
    let server = Launch::of(figures.binary()?, data.path()).start().await;
    let scene = Scene::set(&server).await?;
    let browser = &scene.browser;

    scene.opens_cold().await;
    let cold = browser.eval(ARRIVED).await;
    arrival(&cold, &mut row);
    browser.reload().await;
    scene.settles().await;
    let warm = browser.eval(ARRIVED).await;
    row(
        "requests, warm, beside the socket",
        text(&warm["requests"]),
        "≤ 1",
    );

    let busy = scene.types_in_a_busy_room(figures.seconds).await;
    row(
        "interaction to next paint, 20 messages a second",
        ms(&busy["worst"]),
        "≤ 100 ms",
    );
    row(
        "interactions / median",
        format!("{} / {}", text(&busy["count"]), ms(&busy["median"])),
        "",
    );
    row(
        "layout shift while the log follows its end / one reads back",
        format!(
            "{} / {}",
            decimals(&busy["following"]),
            decimals(&busy["back"])
        ),
        "≤ 0.02",
    );

    // How much memory it holds does not depend on how fast it is.
    scene.is_slower(1).await;
    let before = scene.heap().await;
    scene.scrolls_to("before", -1).await;
    let top = scene.heap().await;
    scene.scrolls_to("after", 1).await;
    let back = scene.heap().await;
    row(
        "JS heap before, after scrolling to the first message, and back, MB",
        {
            format!(
                "{} / {} / {}",
                small(before.megabytes),
                small(top.megabytes),
                small(back.megabytes)
            )
        },
        "flat",
    );
    row(
        "elements, likewise",
        format!("{} / {} / {}", before.nodes, top.nodes, back.nodes),
        "flat",
    );
    scene.switches().await;
    let after = scene.heap().await;
    row(
        "JS heap after 100 changes of room, MB",
        small(after.megabytes),
        "flat",
    );
    row(
        "listeners before / after those",
        format!("{} / {}", back.listeners, after.listeners),
        "flat",
    );
    Ok(table)
}

/// What it takes until the page is there.
fn arrival(cold: &Value, mut row: impl FnMut(&str, String, &str)) {
    row(
        "largest contentful paint, cold",
        ms(&cold["lcp"]),
        "≤ 1,200 ms",
    );
    row("layout shift", decimals(&cold["cls"]), "≤ 0.02");
    row("total blocking time", ms(&cold["blocked"]), "≤ 50 ms");
    row(
        "the same, with what is before the first paint",
        ms(&cold["blockedInAll"]),
        "",
    );
    row("requests, cold", text(&cold["requests"]), "≤ 25");
    row(
        "JavaScript before it answers / in all, compressed KB",
        {
            format!(
                "{} / {}",
                kilobytes(&cold["first"]),
                kilobytes(&cold["scripts"])
            )
        },
        "≤ 35 / 60",
    );
    row("CSS, compressed KB", kilobytes(&cold["styles"]), "≤ 20");
    row("HTML, compressed KB", kilobytes(&cold["page"]), "≤ 30");
}

/// What a page that has come says of itself.
const ARRIVED: &str = "(() => {
    const all = performance.getEntriesByType('resource').filter(({ transferSize: size }) => size > 0);
    const [page] = performance.getEntriesByType('navigation');
    const sum = (kind) => all.filter(({ name }) => name.match(kind))
        .reduce((bytes, { encodedBodySize: size }) => bytes + size, 0);
    const { lcp, fcp, cls, long } = window.vitals;
    // As it is defined: of a task that paints first, only what comes after that.
    const blocked = (from) => long.reduce((sum, [start, length]) =>
        sum + Math.max(0, start + length - Math.max(start, from) - 50), 0);
    return { lcp, cls, blocked: blocked(fcp), blockedInAll: blocked(0), requests: all.length + 1, page: page.encodedBodySize,
        first: sum(/\\/app\\.\\w+\\.js/), scripts: sum(/\\.js$/), styles: sum(/\\.css$/) };
})()";

/// How long one waited for what one did: at worst, but for one in fifty.
const INTERACTIONS: &str = "(() => {
    const sorted = Object.values(vitals.events).sort((a, b) => b - a);
    const at = (index) => sorted[index] ?? 0;
    return { count: sorted.length, worst: at(Math.floor(sorted.length / 50)), median: at(sorted.length >> 1) };
})()";

struct Scene {
    browser: Browser,
    ben: Person,
    room: String,
    other: String,
}

struct Heap {
    megabytes: f64,
    nodes: u64,
    listeners: u64,
}

impl Scene {
    async fn set(server: &Process) -> io::Result<Self> {
        let (ada, ben) = (server.user("ada").await, server.user("ben").await);
        let room = ada.creates_room("Hall").await;
        let other = ada.creates_room("Den").await;
        ben.joins(&room).await;
        let mut socket = ben.socket().await;
        for number in 1..=MESSAGES {
            let body = format!(
                "Message {number}: **what** one says in a `room`, at some length, now and then."
            );
            socket.send(&room, &body).await;
        }
        socket.leave().await;
        let read = json!({ "seq": MESSAGES });
        let reading = ada.put(&format!("/rooms/{room}/read")).json(&read);
        reading.send().await.ok(200);
        let browser = Browser::open(server, "ada", Device::Desktop).await;
        let browser = browser.ok_or_else(|| io::Error::other("there is no Chromium"))?;
        browser.fill("Username", "ada").await;
        browser.fill("Password", PASSWORD).await;
        browser.press("Log in").await;
        browser.holds(ONLINE).await;
        Ok(Self {
            browser,
            ben,
            room,
            other,
        })
    }

    async fn tells(&self, command: &str, how: Value) -> Value {
        let told = self.browser.driver.cdp().send_raw(command, how).await;
        told.expect("Chromium does as it is told")
    }

    /// The room, by a browser that has seen nothing of it yet.
    async fn opens_cold(&self) {
        let script = json!({ "source": include_str!("observe.js") });
        self.tells("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
        let forgotten = json!({ "origin": self.ben.site.origin.to_string(), "storageTypes": "service_workers,cache_storage" });
        self.tells("Storage.clearDataForOrigin", forgotten).await;
        self.tells("Network.enable", json!({})).await;
        self.tells("Network.clearBrowserCache", json!({})).await;
        self.is_slower(SLOWER).await;
        self.browser
            .visit(&format!("/chat/room/{}", self.room))
            .await;
        self.settles().await;
    }

    async fn is_slower(&self, rate: u32) {
        let slower = json!({ "rate": rate });
        self.tells("Emulation.setCPUThrottlingRate", slower).await;
    }

    async fn settles(&self) {
        self.browser.holds(ONLINE).await;
        self.browser.holds(WHOLE).await;
        passes(Duration::from_secs(1)).await;
    }

    /// Somebody posts, and one writes and opens menus as fast as it goes.
    async fn types_in_a_busy_room(&self, seconds: f64) -> Value {
        let (ben, room) = (self.ben.clone(), self.room.clone());
        let posting = tokio::spawn(async move {
            let mut socket = ben.socket().await;
            let mut ticks =
                interval(Duration::from_secs(1) / u32::try_from(POSTS_A_SECOND).unwrap_or(1));
            for number in 0_u64.. {
                ticks.tick().await;
                socket
                    .send(&room, &format!("Meanwhile {number} of **these**"))
                    .await;
            }
        });
        self.browser.eval("vitals.events = {}").await;
        let field = self.browser.find("textbox", "Message Hall").await;
        let until = Instant::now() + Duration::from_secs_f64(seconds.max(5.0));
        while Instant::now() < until {
            field.send_keys("so ").await.expect("the field takes text");
            let menu = "document.querySelector('.message:last-of-type .message__more')?.click()";
            self.browser.eval(menu).await;
            field.send_keys("\u{e00c}").await.expect("a menu closes");
        }
        let mut busy = self.browser.eval(INTERACTIONS).await;
        let moves = async |by: i32| {
            let scroll = format!("document.getElementById('log').scrollBy(0, {by})");
            self.browser.eval(&scroll).await;
            // What follows an input within half a second is not counted: this is.
            passes(Duration::from_secs(1)).await;
            self.browser.eval("vitals.cls = 0").await;
            passes(Duration::from_secs(5)).await;
            self.browser.eval("vitals.cls").await
        };
        busy["following"] = moves(100_000).await;
        busy["back"] = moves(-2_000).await;
        posting.abort();
        busy
    }

    async fn heap(&self) -> Heap {
        self.tells("HeapProfiler.collectGarbage", json!({})).await;
        self.tells("Performance.enable", json!({})).await;
        let told = self.tells("Performance.getMetrics", json!({})).await;
        let figure = |name: &str| {
            let all = told["metrics"].as_array().into_iter().flatten();
            let named = all.clone().find(|each| each["name"] == name);
            named.and_then(|each| each["value"].as_f64()).unwrap_or(0.0)
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "they are counts"
        )]
        Heap {
            megabytes: figure("JSHeapUsedSize") / 1e6,
            nodes: figure("Nodes") as u64,
            listeners: figure("JSEventListeners") as u64,
        }
    }

    /// Scrolls by screens until there is no more in a direction.
    async fn scrolls_to(&self, direction: &str, sign: i32) {
        let step = format!(
            "(() => {{
                const log = document.getElementById('log');
                log.scrollTop += {sign} * log.clientHeight;
                return document.querySelector('.log__more[data-direction={direction}]').hidden;
            }})()"
        );
        let scrolling = async {
            while self.browser.eval(&step).await != true {
                passes(Duration::from_millis(100)).await;
            }
        };
        let done = timeout(Duration::from_mins(10), scrolling).await;
        done.expect("the history has an end");
    }

    async fn switches(&self) {
        for _ in 0..SWITCHES {
            for (room, name) in [(&self.other, "Den"), (&self.room, "Hall")] {
                let follow = format!(
                    "document.querySelector('.sidebar__rooms [data-room=\"{room}\"] a').click()"
                );
                self.browser.eval(&follow).await;
                // What the driver finds, it holds on to.
                let is_there =
                    format!("document.getElementById('log').ariaLabel === 'Messages in {name}'");
                self.browser.holds(&is_there).await;
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is measured is what happens in this time"
)]
async fn passes(time: Duration) {
    tokio::time::sleep(time).await;
}

fn ms(figure: &Value) -> String {
    format!("{:.0} ms", figure.as_f64().unwrap_or(0.0))
}

fn decimals(figure: &Value) -> String {
    format!("{:.3}", figure.as_f64().unwrap_or(0.0))
}

fn kilobytes(bytes: &Value) -> String {
    small(bytes.as_f64().unwrap_or(0.0) / 1e3)
}

fn text(figure: &Value) -> String {
    figure.to_string()
}
