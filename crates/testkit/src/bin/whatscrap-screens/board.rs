//! One state of one page, on one picture: three widths, in light and in dark.

use std::io;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use whatscrap_testkit::browser::Browser;

use crate::Arguments;
use crate::scenes::{self, Scene};

const GAP: u32 = 24;
const THEMES: [&str; 2] = ["light", "dark"];
/// All that is to come is there, and still; a room has also what comes when it has time.
const SETTLED: &str = "document.readyState === 'complete'
    && !document.querySelector('#log:not([data-actions])')
    && document.documentElement.dataset.connection !== 'connecting'
    && [...document.images].every((one) => one.complete || one.loading === 'lazy')
    && document.getAnimations().every((one) => one.playState !== 'running')";

/// What one saw, as a PNG in base64.
struct Shot {
    width: u32,
    theme: &'static str,
    data: String,
}

impl Shot {
    fn element(&self) -> String {
        format!("<img src='data:image/png;base64,{}'>", self.data)
    }
}

/// Takes the pictures and puts them together.
pub(crate) struct Board<'a> {
    browser: &'a Browser,
    origin: String,
    how: &'a Arguments,
}

impl<'a> Board<'a> {
    pub(crate) fn new(browser: &'a Browser, origin: &str, how: &'a Arguments) -> Self {
        Self {
            browser,
            origin: origin.to_owned(),
            how,
        }
    }

    pub(crate) async fn hides_scrollbars(&self) {
        self.ask("Emulation.setScrollbarsHidden", json!({"hidden": true}))
            .await;
    }

    /// Goes to a page at each width and in each theme, and keeps what is seen.
    pub(crate) async fn shows(&self, scene: &Scene, path: &str) -> io::Result<()> {
        let mut shots = Vec::new();
        for &width in &self.how.width {
            self.sized(width).await;
            for theme in THEMES {
                self.themed(theme).await;
                self.opens(path).await;
                self.acts(scene).await;
                shots.push(self.seen(width, theme).await);
            }
        }
        if scene.name == scenes::FIRST {
            self.overlaps("readme", &shots).await?;
        }
        self.puts_together(scene.name, &shots).await
    }

    /// Keeps the page that is open, at each width and in each theme.
    pub(crate) async fn keeps(&self, scene: &Scene) -> io::Result<()> {
        self.acts(scene).await;
        let mut shots = Vec::new();
        for &width in &self.how.width {
            self.sized(width).await;
            for theme in THEMES {
                self.themed(theme).await;
                self.browser.holds(SETTLED).await;
                shots.push(self.seen(width, theme).await);
            }
        }
        self.puts_together(scene.name, &shots).await
    }

    pub(crate) async fn opens(&self, path: &str) {
        // A page that differs only in its fragment would not be loaded anew.
        self.browser
            .driver
            .goto("about:blank")
            .await
            .expect("a blank page");
        // Drafts of the one before would be in the field.
        let drafts = json!({"origin": self.origin, "storageTypes": "local_storage"});
        self.ask("Storage.clearDataForOrigin", drafts).await;
        self.browser.visit(path).await;
        self.browser.holds(SETTLED).await;
    }

    async fn acts(&self, scene: &Scene) {
        if self.how.rtl {
            self.browser
                .eval("document.documentElement.dir = 'rtl'")
                .await;
        }
        if !scene.act.is_empty() {
            self.browser.eval(&format!("({}, null)", scene.act)).await;
        }
        if !scene.until.is_empty() {
            self.browser.holds(scene.until).await;
        }
        self.browser.holds(SETTLED).await;
    }

    async fn sized(&self, width: u32) {
        let is_glass = width < 1000;
        let size = json!({"width": width, "height": self.how.height, "deviceScaleFactor": 1, "mobile": is_glass});
        self.ask("Emulation.setDeviceMetricsOverride", size).await;
        self.ask(
            "Emulation.setTouchEmulationEnabled",
            json!({"enabled": is_glass}),
        )
        .await;
    }

    async fn themed(&self, theme: &str) {
        let asked = self.how.media.iter();
        let asked = asked.map(|(name, value)| (name.as_str(), value.as_str()));
        let always = [
            ("prefers-color-scheme", theme),
            ("prefers-reduced-motion", "reduce"),
        ];
        let features: Vec<_> = always.into_iter().chain(asked).collect();
        self.browser.emulates(&features).await;
    }

    async fn shot(&self, how: Value) -> String {
        let mut shot = self.ask("Page.captureScreenshot", how).await;
        match shot["data"].take() {
            Value::String(data) => data,
            other => panic!("a picture is text, not {other}"),
        }
    }

    async fn seen(&self, width: u32, theme: &'static str) -> Shot {
        let data = self.shot(json!({"format": "png"})).await;
        Shot { width, theme, data }
    }

    async fn ask(&self, command: &str, parameters: Value) -> Value {
        let answer = self
            .browser
            .driver
            .cdp()
            .send_raw(command, parameters)
            .await;
        answer.expect("Chromium does what it is asked")
    }

    fn keeps_apart(&self, name: &str, shots: &[Shot]) -> io::Result<()> {
        let Some(folder) = &self.how.apart else {
            return Ok(());
        };
        for Shot { width, theme, data } in shots {
            let bytes = BASE64_STANDARD.decode(data).map_err(io::Error::other)?;
            std::fs::write(folder.join(format!("{name}-{width}-{theme}.png")), bytes)?;
        }
        Ok(())
    }

    async fn puts_together(&self, name: &str, shots: &[Shot]) -> io::Result<()> {
        self.keeps_apart(name, shots)?;
        let widths = self.how.width.iter();
        let columns: Vec<_> = widths.map(|width| format!("{width}px")).collect();
        let rows = THEMES
            .iter()
            .flat_map(|theme| shots.iter().filter(move |shot| shot.theme == *theme));
        let pictures: String = rows.map(Shot::element).collect();
        let page = format!(
            "<style>body {{ display: grid; grid: auto / {}; gap: {GAP}px; margin: {GAP}px; background: #8a8580 }}
            img {{ display: block; border-radius: 12px }}</style>{pictures}",
            columns.join(" ")
        );
        let width = self.how.width.iter().map(|width| width + GAP).sum::<u32>();
        let height = 2 * (self.how.height + GAP);
        let size = (width + GAP, height + GAP);
        self.draws(name, &page, size, self.how.scale).await
    }

    /// The widest in light, and a phone in dark before it: what the README shows.
    async fn overlaps(&self, name: &str, shots: &[Shot]) -> io::Result<()> {
        let of = |theme| shots.iter().filter(move |shot| shot.theme == theme);
        let desk = of(THEMES[0]).max_by_key(|shot| shot.width);
        let phone = of(THEMES[1]).min_by_key(|shot| shot.width);
        let pictures: String = desk.into_iter().chain(phone).map(Shot::element).collect();
        let page = format!(
            "<style>body {{ margin: 40px; background: #e9e4dc }}
            img {{ border-radius: 14px; box-shadow: 0 8px 40px #0004 }}
            img + img {{ position: absolute; right: 16px; bottom: 16px; height: 730px }}</style>{pictures}"
        );
        let width = desk.map_or(0, |shot| shot.width);
        let size = (width + 120, self.how.height + 96);
        self.draws(name, &page, size, 1.0).await
    }

    /// Keeps a page of our own as a picture.
    async fn draws(
        &self,
        name: &str,
        page: &str,
        (width, height): (u32, u32),
        scale: f64,
    ) -> io::Result<()> {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", size).await;
        self.browser
            .driver
            .goto("about:blank")
            .await
            .expect("a blank page");
        let frame =
            self.ask("Page.getFrameTree", json!({})).await["frameTree"]["frame"]["id"].take();
        self.ask(
            "Page.setDocumentContent",
            json!({"frameId": frame, "html": page}),
        )
        .await;
        self.browser.holds(SETTLED).await;
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": scale});
        let how = json!({"format": "webp", "quality": 60, "clip": clip});
        let bytes = BASE64_STANDARD
            .decode(self.shot(how).await)
            .map_err(io::Error::other)?;
        println!("{name}: {} KB", bytes.len() / 1000);
        std::fs::write(self.how.folder.join(format!("{name}.webp")), bytes)
    }
}
