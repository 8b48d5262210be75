//! Drives a running server as hard as asked, and checks while measuring that
//! every message reaches every member once and in one order.

mod accounts;
mod arguments;
mod figures;
mod idle;
mod pages;
mod process;
mod processes;
mod report;
mod selftest;
mod shape;
mod simulate;
mod swarm;
mod table;
mod traffic;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;
use whatscrap_testkit::Site;

use crate::accounts::Accounts;
use crate::arguments::{Arguments, Command, Server, Traffic};
use crate::idle::{Idle, Opened};
use crate::pages::{PageTimes, Pages};
use crate::processes::Part;
use crate::report::{Counted, Figures};
use crate::shape::Shape;
use crate::traffic::Scene;

// One thread: a measured server has the machine's other cores to itself, and
// what is counted needs no lock.
#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    rlimit::increase_nofile_limit(rlimit::INFINITY)?;
    let arguments = Arguments::parse();
    match arguments.command {
        None => talk(&arguments.traffic).await,
        Some(Command::Idle { server, idle }) => open(&server, &idle).await,
        Some(Command::Pages { server, pages }) => read(&server, &pages).await,
        Some(Command::Figures(figures)) => figures.run().await,
        Some(Command::Simulate(simulation)) => simulation.run(),
        Some(Command::SelfTest(test)) => test.run(),
    }
}

async fn talk(asked: &Traffic) -> io::Result<ExitCode> {
    let counted = if asked.processes > 1 {
        processes::run(&asked.shares().collect::<Vec<_>>())?
    } else {
        one_process(asked).await?
    };
    if asked.worker {
        print_json(&Part::from(&counted));
        return Ok(ExitCode::SUCCESS);
    }
    let figures = Figures::of(&counted);
    show(&asked.server, &figures, Figures::print);
    Ok(if figures.faults.none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn one_process(asked: &Traffic) -> io::Result<Counted> {
    let site = site(&asked.server);
    let accounts = Accounts::register(&site, asked.shape.accounts()).await;
    let mut scene = Scene::set(&site, &accounts, &asked.shape).await?;
    if asked.worker {
        processes::wait_for_the_others()?;
    }
    scene.run(&asked.load, asked.server.meter().as_ref())
}

async fn open(server: &Server, idle: &Idle) -> io::Result<ExitCode> {
    let site = site(server);
    let accounts = Accounts::register(&site, idle.accounts()).await;
    let opened = idle.measure(&site, &accounts, server.meter().as_ref())?;
    show(server, &opened, Opened::print);
    Ok(ExitCode::SUCCESS)
}

async fn read(server: &Server, pages: &Pages) -> io::Result<ExitCode> {
    let site = site(server);
    let shape = Shape::FOR_A_HISTORY;
    let accounts = Accounts::register(&site, shape.accounts()).await;
    let mut scene = Scene::set(&site, &accounts, &shape).await?;
    scene.fill(pages.messages)?;
    let times = pages.measure(&accounts.people()[0], &scene.room()).await;
    show(server, &times, PageTimes::print);
    Ok(ExitCode::SUCCESS)
}

fn site(server: &Server) -> Site {
    Site::at(server.url.trim_end_matches('/'))
}

fn show<T: Serialize>(server: &Server, figures: &T, print: fn(&T)) {
    if server.json {
        print_json(figures);
    } else {
        print(figures);
    }
}

fn print_json(figures: &impl Serialize) {
    let json = serde_json::to_string(figures).expect("figures are plain data");
    println!("{json}");
}
