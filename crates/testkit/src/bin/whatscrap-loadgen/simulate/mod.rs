//! What fan-out, presence and reconnecting cost as nodes and rooms grow: arithmetic from what was
//! [measured], for the tables of `docs/scaling.md`.

mod measured;
mod storm;
mod world;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::figures::plot::{Panel, Plot, Series};
use crate::report::precise;
use crate::table::{Table, count, small};
use storm::{End, Storm};
use world::World;

/// Reckons what more people, rooms and nodes than one machine has would cost.
#[derive(Debug, Clone, Args)]
pub(crate) struct Simulation {
    /// Where the plot goes.
    #[arg(long, default_value = "docs/figures")]
    plots: PathBuf,
}

const MILLION: f64 = 1_000_000.0;
/// Nodes that a million is spread over.
const NODES: [u32; 7] = [5, 10, 20, 30, 50, 70, 100];

impl Simulation {
    pub(crate) fn run(&self) -> io::Result<ExitCode> {
        for table in [growing(), spreading(), rooms(), storms()] {
            println!("{table}");
        }
        std::fs::create_dir_all(&self.plots)?;
        std::fs::write(self.plots.join("nodes.svg"), plot().to_string())?;
        Ok(ExitCode::SUCCESS)
    }
}

const HEAD: [&str; 12] = [
    "",
    "posts/s",
    "deliveries/s",
    "words/s that Redis pushes",
    "rooms heard on a node",
    "memory of a node, MB",
    "of a node's core, %: messages",
    "people",
    "looks, heartbeats",
    "of PostgreSQL's, %",
    "of Redis', %",
    "changes of presence told at once, %",
];

/// More people, on as many nodes as one would take for them.
fn growing() -> Table {
    let mut table = table("Teams: people online, on nodes");
    for (sockets, nodes) in [
        (10_000.0, 1.0),
        (10_000.0, 2.0),
        (100_000.0, 4.0),
        (300_000.0, 10.0),
        (MILLION, 20.0),
    ] {
        let name = format!("{} on {}", count(sockets), count(nodes));
        row(&mut table, name, &World::of_teams(sockets, nodes));
    }
    let talkative = World {
        posts: 60.0,
        ..World::of_teams(MILLION, 20.0)
    };
    let name = "the same, ten times as talkative".to_owned();
    row(&mut table, name, &talkative);
    table
}

/// The same people, on more and more nodes.
fn spreading() -> Table {
    let mut table = table("A million, on nodes");
    for nodes in NODES.map(f64::from) {
        row(&mut table, count(nodes), &World::of_teams(MILLION, nodes));
    }
    table
}

/// Larger and larger rooms.
fn rooms() -> Table {
    let mut table = table("A hundred thousand on 4 nodes, in rooms of");
    for members in [10.0, 50.0, 200.0, 1_000.0, 5_000.0] {
        let world = World {
            members,
            ..World::of_teams(100_000.0, 4.0)
        };
        row(&mut table, count(members), &world);
    }
    table
}

fn table(title: &str) -> Table {
    let mut head = HEAD;
    head[0] = title.rsplit(", ").next().unwrap_or(title);
    Table::new(title, &head)
}

fn row(table: &mut Table, name: String, world: &World) {
    let (flow, busy) = (world.flow(), world.busy());
    let percent = |part: f64| small(100.0 * part);
    let told = flow.tellings / flow.tellings_due.max(flow.tellings);
    table.row([
        name,
        count(flow.posts),
        count(flow.deliveries),
        count(flow.pushed),
        count(flow.rooms_heard),
        count(world.bytes() / MILLION),
        percent(busy.messages),
        percent(busy.people),
        percent(busy.looks + busy.heartbeats),
        percent(busy.database),
        percent(busy.redis),
        count(100.0 * told),
    ]);
}

/// One of the nodes ends.
fn storms() -> Table {
    let head = [
        "people online, on nodes",
        "come back",
        "killed: half, 99 %, all are back after s",
        "asked to end: half, 99 %, all",
    ];
    let mut table = Table::new("One node ends", &head);
    for (sockets, nodes) in [
        (10_000_u32, 2_u32),
        (100_000, 4),
        (300_000, 10),
        (1_000_000, 20),
        (1_000_000, 50),
        (1_000_000, 5),
    ] {
        let busy = World::of_teams(sockets.into(), nodes.into()).busy();
        let storm = Storm {
            sockets: (sockets / nodes) as usize,
            nodes: nodes as usize - 1,
            // A busy one lets those who come have their part.
            node: (1.0 - busy.node()).max(0.1),
        };
        let back = |end| {
            let back = storm.play(end);
            let times = [back.half, back.nearly_all, back.last].map(small);
            times.join(" / ")
        };
        table.row([
            format!("{} on {nodes}", count(sockets.into())),
            count(precise(storm.sockets as u64)),
            back(End::Killed),
            back(End::Asked),
        ]);
    }
    table
}

fn plot() -> Plot {
    let mut words = Panel::new("words a second that Redis pushes");
    let mut cores = Panel::new("cores that are busy");
    for (name, posts) in [("as usual", 6.0), ("ten times", 60.0)] {
        let mut series = Series::new(name);
        for nodes in NODES {
            let world = World {
                posts,
                ..World::of_teams(MILLION, nodes.into())
            };
            series.point(nodes as usize, world.flow().pushed);
        }
        words.series.push(series);
    }
    let (mut node, mut database) = (Series::new("a node"), Series::new("PostgreSQL"));
    for nodes in NODES {
        let busy = World::of_teams(MILLION, nodes.into()).busy();
        node.point(nodes as usize, busy.node());
        database.point(nodes as usize, busy.database);
    }
    cores.series.extend([node, database]);
    Plot {
        axis: "nodes of a million".to_owned(),
        panels: [words, cores],
    }
}
