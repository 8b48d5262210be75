//! Drives a running server as hard as asked, and checks while measuring that
//! every message reaches every member once and in one order.

mod account;
mod arguments;
mod idle;
mod member;
mod process;
mod report;
mod scan;
mod traffic;

use std::process::ExitCode;

use clap::Parser;
use tokio::task::LocalSet;
use whatscrap_testkit::Site;

use crate::arguments::Arguments;

// One thread: a measured server has the machine's other cores to itself, and
// what is counted needs no lock.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let site = Site::at(arguments.url.trim_end_matches('/'));
    LocalSet::new()
        .run_until(async {
            match arguments.idle {
                Some(sockets) => idle::measure(&site, &arguments, sockets).await,
                None => traffic::measure(&site, &arguments).await,
            }
        })
        .await
}
