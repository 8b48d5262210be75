//! Plays the faults in their long form on a server built with its failpoints,
//! and prints the rows of `docs/reliability.md`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use whatscrap_testkit::faults::scenarios::{
    Size, clock, disk_full, io_errors, kill, lost_ack, power_cut, power_cut_unsynced, restore,
    terminate,
};
use whatscrap_testkit::faults::{Report, heading};

/// Breaks a server in every way it knows, and judges what becomes of its promises.
#[derive(Debug, Parser)]
#[command(name = "whatscrap-faults", version)]
struct Arguments {
    /// The server's binary, built with the feature `failpoints`.
    #[arg(long)]
    binary: PathBuf,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these, as `r1` or `r13`.
    scenarios: Vec<String>,
    /// The short forms, which the tests play.
    #[arg(long)]
    short: bool,
}

const ALL: [&str; 8] = ["r1", "r2", "r10", "r12", "r13", "r14", "r15", "r25"];

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.scenarios.is_empty() {
        arguments.scenarios = ALL.map(str::to_owned).into();
    }
    let size = if arguments.short {
        Size::Short
    } else {
        Size::Long
    };
    println!("{}", heading());
    let mut sound = true;
    for name in &arguments.scenarios {
        for report in play(name, &arguments.binary, size, arguments.seed).await {
            println!("{report}");
            if !report.is_sound() && !report.is_control() {
                sound = false;
                eprintln!("{:#?}\n{:#?}", report.verdict, report.disappointments);
            }
        }
    }
    if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn play(name: &str, binary: &Path, size: Size, seed: u64) -> Vec<Report> {
    let reports = match name {
        "r1" => vec![Some(kill(binary, size, seed).await)],
        "r2" => vec![
            power_cut(binary, size, seed).await,
            power_cut_unsynced(binary, seed).await,
        ],
        "r10" => vec![Some(lost_ack(binary, size, seed).await)],
        "r12" => vec![disk_full(binary, size, seed).await],
        "r13" => vec![io_errors(binary, size, seed).await],
        "r14" => vec![clock(binary, size, seed).await],
        "r15" => vec![Some(terminate(binary, size, seed).await)],
        "r25" => vec![
            restore(binary, size, false, seed).await,
            restore(binary, size, true, seed).await,
        ],
        other => panic!("{other} is none of {ALL:?}"),
    };
    reports.into_iter().flatten().collect()
}
