//! Nodes end, or the database below them.

use std::path::Path;

use super::{NODES, Nodes};
use crate::faults::scenarios::Size;
use crate::faults::{Entry, Kind, Load, Op, Report};
use crate::postgres::Signal;
use crate::server::Joined;

/// The most sockets that open in a second while nodes restart one after the other.
const MOST_A_SECOND: usize = 250;

/// R3: one of three nodes is killed, and comes back. Who was on it goes to the others; who stayed
/// there alone is seen as gone.
pub async fn node_killed(binary: &Path, joined: Joined, size: Size, seed: u64) -> Option<Report> {
    let mut nodes = Nodes::begin(binary, joined, &size.load(seed)).await?;
    let (watcher, ghost) = (
        nodes.guest("watcher", 0).await,
        nodes.guest("ghost", 1).await,
    );
    for _ in 0..size.of(1, 5) {
        let mut eyes = watcher.socket().await;
        let haunts = ghost.socket().await;
        eyes.sees(&ghost, "active").await;
        nodes.play.talks(200).await;
        nodes.play.others[0].kills().await;
        // Within 25 s; this waits for 20.
        eyes.sees(&ghost, "offline").await;
        drop(haunts);
        nodes.play.talks(200).await;
        nodes.play.others[0].restarts().await;
        nodes.play.talks(100).await;
    }
    Some(nodes.end("R3: one node killed").await)
}

/// R4 among nodes: PostgreSQL is stopped fast and aborted under three.
pub async fn database_ends_among_nodes(
    binary: &Path,
    joined: Joined,
    size: Size,
    seed: u64,
) -> Option<Report> {
    let rounds = size.of(1, 5);
    let mut nodes = Nodes::begin(binary, joined, &size.load(seed)).await?;
    for _ in 0..rounds {
        for signal in [Signal::Fast, Signal::Immediate] {
            nodes.play.supervisor.breaks();
            nodes.database.stops(signal).await;
            nodes.database.starts_again().await;
            nodes.play.supervisor.mends();
            nodes.play.talks(100).await;
        }
    }
    let fault = format!("R4: PostgreSQL stopped fast, aborted × {rounds}");
    Some(nodes.end(&fault).await)
}

/// R16: the nodes restart one after the other, with many people on them.
pub async fn rolling_restart(
    binary: &Path,
    joined: Joined,
    size: Size,
    seed: u64,
) -> Option<Report> {
    let load = Load {
        readers: size.of(30, 1_000),
        // Everybody hears everything, and so does the harness.
        rate: size.of(200, 10),
        ..size.load(seed)
    };
    let mut nodes = Nodes::begin(binary, joined, &load).await?;
    let began = nodes.play.history.entries().len();
    for number in 0..NODES {
        let play = &mut nodes.play;
        let node = match number {
            0 => &mut play.supervisor,
            other => &mut play.others[other - 1],
        };
        node.breaks();
        node.process.terminate().await;
        let ended = node.process.ended().await;
        node.restarts().await;
        play.expects(ended.success(), "a node ends with exit code 0");
        play.talks(size.of(200, 50)).await;
    }
    let entries = nodes.play.history.entries().split_off(began);
    let most = most_a_second(&entries);
    nodes.play.expects(
        most <= MOST_A_SECOND,
        "at most 250 sockets open in a second",
    );
    let people = load.senders + load.readers;
    let fault =
        format!("R16: rolling restart, {people} people; at most {most} came back in a second");
    // Who comes back has turns: what they miss meanwhile is no healing.
    let look = |_: &mut Vec<String>, entries| (entries, String::new());
    Some(nodes.end_looking(&fault, look).await)
}

/// How many sockets were opened in the fullest second.
fn most_a_second(entries: &[Entry]) -> usize {
    let opened = entries
        .iter()
        .filter(|entry| (entry.kind, entry.op) == (Kind::Open, Op::Ok));
    let times: Vec<u64> = opened.map(|entry| entry.mono_ns).collect();
    let within = |from: u64| {
        let second = from..from + 1_000_000_000;
        times.iter().filter(|at| second.contains(at)).count()
    };
    times.iter().map(|from| within(*from)).max().unwrap_or(0)
}
