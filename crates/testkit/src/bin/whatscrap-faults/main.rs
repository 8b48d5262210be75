//! Plays the faults in their long form on a server built with its failpoints,
//! and prints the rows of `docs/reliability.md`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use whatscrap_testkit::Joined;
use whatscrap_testkit::faults::scenarios::{
    Size, abuse, bad_network, carrier_away, carrier_cut, clock, contention, database_ends,
    database_ends_among_nodes, database_hangs, disk_full, io_errors, kill, lost_ack, model,
    node_killed, partition, power_cut, power_cut_unsynced, presence_truth, restore,
    rolling_restart, slow_readers, soak, storm, tabs, terminate,
};
use whatscrap_testkit::faults::{Measured, Report, heading};

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
    /// Only these, as `r1` or `r13`; `r23`, which takes half an hour, only by name.
    scenarios: Vec<String>,
    /// The short forms, which the tests play.
    #[arg(long)]
    short: bool,
}

/// Those that put the promises to the test.
const JUDGED: [&str; 17] = [
    "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "r13", "r14", "r15", "r16",
    "r19", "r25",
];
/// Those that take the server's measure.
const MEASURED: [&str; 7] = ["r11", "r17", "r18", "r21", "r22", "r23", "r24"];

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.scenarios.is_empty() {
        let all = JUDGED
            .iter()
            .chain(&MEASURED)
            .filter(|name| **name != "r23");
        arguments.scenarios = all.map(|name| (*name).to_owned()).collect();
    }
    let size = if arguments.short {
        Size::Short
    } else {
        Size::Long
    };
    let (judged, measured): (Vec<_>, Vec<_>) = arguments
        .scenarios
        .iter()
        .partition(|name| JUDGED.contains(&name.as_str()));
    let mut sound = true;
    println!("{}", heading());
    for name in judged {
        for report in play(name, &arguments.binary, size, arguments.seed).await {
            println!("{report}");
            if !report.is_sound() && !report.is_control() {
                sound = false;
                eprintln!("{:#?}\n{:#?}", report.verdict, report.disappointments);
            }
        }
    }
    println!("\n{}", Measured::heading());
    for name in measured {
        for row in measure(name, &arguments.binary, size, arguments.seed).await {
            println!("{row}");
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
        "r3" => vec![
            node_killed(binary, Joined::Redis, size, seed).await,
            node_killed(binary, Joined::Postgres, size, seed).await,
        ],
        "r4" => vec![
            database_ends(binary, size, seed).await,
            database_ends_among_nodes(binary, Joined::Redis, size, seed).await,
            database_ends_among_nodes(binary, Joined::Postgres, size, seed).await,
        ],
        "r5" => vec![database_hangs(binary, size, seed).await],
        "r6" => vec![carrier_away(binary, size, seed).await],
        "r7" => vec![carrier_cut(binary, size, seed).await],
        "r8" => vec![
            partition(binary, Joined::Redis, size, seed).await,
            partition(binary, Joined::Postgres, size, seed).await,
        ],
        "r9" => vec![Some(bad_network(binary, size, seed).await)],
        "r10" => vec![Some(lost_ack(binary, size, seed).await)],
        "r12" => vec![disk_full(binary, size, seed).await],
        "r13" => vec![io_errors(binary, size, seed).await],
        "r14" => vec![clock(binary, size, seed).await],
        "r15" => vec![Some(terminate(binary, size, seed).await)],
        "r16" => vec![
            rolling_restart(binary, Joined::Redis, size, seed).await,
            rolling_restart(binary, Joined::Postgres, size, seed).await,
        ],
        "r19" => vec![contention(binary, size, seed).await],
        "r25" => vec![
            restore(binary, size, false, seed).await,
            restore(binary, size, true, seed).await,
        ],
        other => panic!("{other} is none of {JUDGED:?}"),
    };
    reports.into_iter().flatten().collect()
}

/// What does not hold is a panic here.
async fn measure(name: &str, binary: &Path, size: Size, seed: u64) -> Vec<Measured> {
    match name {
        "r11" => vec![slow_readers(binary, size).await],
        "r17" => vec![storm(binary, size).await],
        "r18" => abuse(binary, size).await,
        "r21" => {
            let by_redis = presence_truth(binary, Joined::Redis, size, seed).await;
            let by_notify = presence_truth(binary, Joined::Postgres, size, seed).await;
            by_redis.into_iter().chain(by_notify).collect()
        }
        "r22" => vec![model(binary, size, seed).await],
        "r23" => vec![soak(binary, size).await],
        "r24" => tabs(binary, size, seed).await.into_iter().collect(),
        other => panic!("{other} is none of {JUDGED:?} and {MEASURED:?}"),
    }
}
