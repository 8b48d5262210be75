//! Drives a running server as hard as asked, and checks while measuring that
//! every message reaches every member once and in one order.

mod accounts;
mod arguments;
mod idle;
mod process;
mod report;
mod selftest;
mod shape;
mod swarm;
mod traffic;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;
use whatscrap_testkit::Site;

use crate::accounts::Accounts;
use crate::arguments::{Arguments, Command, Server, Traffic};
use crate::idle::{Idle, Opened};
use crate::report::Figures;
use crate::traffic::Scene;

// One thread: a measured server has the machine's other cores to itself, and
// what is counted needs no lock.
#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    rlimit::increase_nofile_limit(rlimit::INFINITY)?;
    let arguments = Arguments::parse();
    match arguments.command {
        None => traffic(&arguments.traffic).await,
        Some(Command::Idle { server, idle }) => open(&server, &idle).await,
        Some(Command::SelfTest(test)) => test.run(),
    }
}

async fn traffic(asked: &Traffic) -> io::Result<ExitCode> {
    let Traffic {
        server,
        shape,
        load,
    } = asked;
    let site = site(server);
    let accounts = Accounts::register(&site, shape.accounts()).await;
    let mut scene = Scene::set(&site, &accounts, shape).await?;
    let figures = scene.run(load, server.meter().as_ref())?;
    show(server, &figures, Figures::print);
    Ok(if figures.faults.none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn open(server: &Server, idle: &Idle) -> io::Result<ExitCode> {
    let site = site(server);
    let accounts = Accounts::register(&site, idle.accounts()).await;
    let opened = idle.measure(&site, &accounts, server.meter().as_ref())?;
    show(server, &opened, Opened::print);
    Ok(ExitCode::SUCCESS)
}

fn site(server: &Server) -> Site {
    Site::at(server.url.trim_end_matches('/'))
}

fn show<T: Serialize>(server: &Server, figures: &T, print: fn(&T)) {
    if server.json {
        let json = serde_json::to_string(figures).expect("figures are plain data");
        println!("{json}");
    } else {
        print(figures);
    }
}
