//! How the server tells what it does: never a secret, never a body.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::config::{Log, LogFormat};

/// The target of the few lines that every start prints, however quiet the log is to be.
pub(crate) const START: &str = "start";

/// Says at each start that it found nothing to do; what it does, we say ourselves.
const QUIET: &str = "sea_orm_migration=warn";

/// Logs to standard output from here on. A later call in the same process changes nothing.
pub(crate) fn init(log: &Log) {
    let always = format!("{START}=info").parse().expect("a directive");
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse_lossy(format!("{QUIET},{}", log.rust_log))
        .add_directive(always);
    let is_terminal = std::io::stdout().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    let default = if is_terminal {
        LogFormat::Pretty
    } else {
        LogFormat::Json
    };
    // Only the tests start a second server in one process; the first one's log serves both.
    let _ = match log.log_format.unwrap_or(default) {
        LogFormat::Pretty => builder.with_ansi(is_terminal).with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}
