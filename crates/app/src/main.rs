use std::process::ExitCode;

use whatscrap_app::{Failure, cli, commands};

/// A worker takes every third task from the queue that all workers share. What a fan-out wakes
/// overflows into that queue; by default sockets in it wait while others, woken later, are served.
const SHARED_QUEUE_EVERY: u32 = 3;

fn main() -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _failpoints = fail::FailScenario::setup();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("whatscrap: {failure}");
            failure.exit_code()
        }
    }
}

fn start() -> Result<(), Failure> {
    // Before there is a second thread: it sets variables.
    read_dotenv()?;
    let Some(command) = cli::parse(std::env::args_os())? else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .global_queue_interval(SHARED_QUEUE_EVERY)
        .build()
        .map_err(Failure::cannot)?;
    runtime.block_on(commands::run(command))
}

/// Takes the variables of `./.env` that are not set already.
fn read_dotenv() -> Result<(), Failure> {
    match dotenvy::from_path(".env") {
        Ok(()) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        // The line itself may hold a secret.
        Err(dotenvy::Error::LineParse(_, at)) => Err(Failure::setting(
            ".env",
            format!("a line cannot be read from its sign {at} on"),
        )),
        Err(error) => Err(Failure::setting(".env", error)),
    }
}
