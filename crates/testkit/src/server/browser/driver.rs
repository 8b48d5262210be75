//! The one chromedriver of this process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::OnceLock;

use crate::{companion, needs};

/// A running chromedriver. It lives as long as the child's standard input
/// stays open, which is until this process ends, however it ends.
#[derive(Debug)]
struct Chromedriver {
    address: String,
    _child: Child,
}

/// The address of this process's chromedriver, started at the first call;
/// `None`, after a loud message, where there is none.
pub(super) async fn address() -> Option<&'static str> {
    static DRIVER: OnceLock<Option<Chromedriver>> = OnceLock::new();
    let driver = tokio::task::spawn_blocking(|| DRIVER.get_or_init(start))
        .await
        .expect("starting chromedriver does not panic");
    if driver.is_none() {
        needs::missing(
            "Chromium",
            "install it with its driver (Debian: apt-get install chromium chromium-driver)",
        );
    }
    driver.as_ref().map(|driver| driver.address.as_str())
}

fn start() -> Option<Chromedriver> {
    const SCRIPT: &str = include_str!("chromedriver.sh");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let binary = std::env::split_paths(&path)
        .chain([
            PathBuf::from("/usr/bin"),
            PathBuf::from("/usr/lib/chromium"),
        ])
        .map(|folder| folder.join("chromedriver"))
        .find(|binary| binary.exists())?;
    let mut shell = Command::new("sh");
    shell.args(["-c", SCRIPT, "chromedriver.sh"]).arg(binary);
    let mut child = companion::start(&mut shell);
    let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let port = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split_once("successfully on port ")
                .map(|(_, port)| port.to_owned())
        })
        .expect("chromedriver starts");
    Some(Chromedriver {
        address: format!("http://127.0.0.1:{}", port.trim_end_matches('.')),
        _child: child,
    })
}
