//! Pictures of every page and state, at three widths, in light and in dark: `docs/screens`.

mod board;
mod drawings;
mod scenes;
mod talk;
mod world;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, Person, Site};

use crate::board::Board;
use crate::scenes::{Scene, Who};
use crate::world::World;

/// What a browser may do to a page before its picture is taken.
#[derive(Parser)]
struct Arguments {
    /// Where the pictures go.
    #[arg(default_value = "docs/screens")]
    folder: PathBuf,
    /// Only what begins so; may be given several times.
    #[arg(long)]
    only: Vec<String>,
    /// How wide the window is; may be given several times.
    #[arg(long, default_values_t = [390, 820, 1440])]
    width: Vec<u32>,
    /// How high it is.
    #[arg(long, default_value_t = 900)]
    height: u32,
    /// How large a board is, of what it shows.
    #[arg(long, default_value_t = 0.5)]
    scale: f64,
    /// What a device asks for, as `forced-colors=active`; may be given several times.
    #[arg(long, value_parser = feature)]
    media: Vec<(String, String)>,
    /// Turns every page from right to left.
    #[arg(long)]
    rtl: bool,
    /// Also keeps each picture by itself, in full size, in this folder.
    #[arg(long)]
    apart: Option<PathBuf>,
}

impl Arguments {
    fn wants(&self, scene: &Scene) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| scene.name.starts_with(name))
    }
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    for folder in [Some(&arguments.folder), arguments.apart.as_ref()] {
        folder.map_or(Ok(()), std::fs::create_dir_all)?;
    }
    let app = App::on_sqlite().await;
    let Some(browser) = Browser::open(&app, "screens", Device::Desktop).await else {
        return Ok(ExitCode::FAILURE);
    };
    let board = Board::new(&browser, &app.origin, &arguments);
    board.hides_scrollbars().await;
    if arguments.wants(&scenes::SETUP) {
        board.shows(&scenes::SETUP, "/setup").await?;
    }
    let world = World::new(&app, &browser).await;
    let mut now = None;
    for scene in scenes::all().filter(|scene| arguments.wants(scene)) {
        if now != Some(scene.who) {
            becomes(&browser, &app, world.person(scene.who)).await;
            now = Some(scene.who);
        }
        board.shows(scene, &world.path(scene.path)).await?;
    }
    if arguments.wants(&scenes::OFFLINE) {
        becomes(&browser, &app, world.person(Who::Ada)).await;
        board.opens(&world.path(scenes::OFFLINE.path)).await;
        app.drain().await;
        board.keeps(&scenes::OFFLINE).await?;
    }
    if arguments.wants(&scenes::AWAY) {
        without_a_database(&arguments).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a server says that has lost it. There has to be a PostgreSQL.
async fn without_a_database(arguments: &Arguments) -> io::Result<()> {
    let Some(mut app) = App::on_postgresql().await else {
        return Ok(());
    };
    let Some(browser) = Browser::open(&app, "away", Device::Desktop).await else {
        return Ok(());
    };
    app.loses_its_database().await;
    let board = Board::new(&browser, &app.origin, arguments);
    board.hides_scrollbars().await;
    board.shows(&scenes::AWAY, scenes::AWAY.path).await
}

fn feature(text: &str) -> Result<(String, String), String> {
    let feature = text.split_once('=').ok_or("a feature has a value")?;
    Ok((feature.0.to_owned(), feature.1.to_owned()))
}

/// The browser is this person's from here on.
async fn becomes(browser: &Browser, site: &Site, person: Option<&Person>) {
    let driver = browser.driver.cdp();
    let cleared = driver
        .send_raw("Network.clearBrowserCookies", serde_json::json!({}))
        .await;
    cleared.expect("cookies can be cleared");
    let cookie = person.and_then(Person::cookie);
    let Some((name, value)) = cookie.as_deref().and_then(|one| one.split_once('=')) else {
        return;
    };
    let command = serde_json::json!({"name": name, "value": value, "url": &*site.origin});
    let set = driver.send_raw("Network.setCookie", command).await;
    set.expect("a cookie can be set");
}
