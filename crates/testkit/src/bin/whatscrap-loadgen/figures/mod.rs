//! Every figure of `docs/performance.md`, each from a fresh server on a core of its own.

mod browser;
mod cores;
mod house;
mod idle;
mod nodes;
mod pages;
pub(crate) mod plot;
mod presence;
mod sweep;
mod talk;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use whatscrap_testkit::Joined;

use crate::table::Table;
use house::{Database, House};

/// A figure, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Figure {
    /// 10 rooms of 100 members and 10 senders: saturated, and at 50 posts a second.
    Talk,
    /// Posts of 1,000 sockets into 100 rooms.
    Posts,
    /// The rooms of `talk` on one, two and three nodes of one PostgreSQL: what a bus adds.
    Nodes,
    /// Who is there, on one, two and three nodes.
    NodesPresence,
    /// Sockets that only listen: how fast they come, and what one costs.
    Idle,
    /// The room page and the history page over a large history.
    Pages,
    /// A thousand people in one room: who is there, and who types.
    Presence,
    /// Cost against the members of a room.
    Members,
    /// Cost against the number of rooms.
    Rooms,
    /// A room of 10,000 messages in a slow browser.
    Browser,
}

/// Measures the figures of docs/performance.md and prints them as Markdown.
#[derive(Debug, Clone, Args)]
pub(crate) struct Figures {
    /// Which; all of them without a name.
    names: Vec<Figure>,
    /// On which database.
    #[arg(long, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    database: Vec<Database>,
    /// The server's release binary; without it, the one beside the generator's.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the plots go.
    #[arg(long, default_value = "docs/figures")]
    plots: PathBuf,
    /// How long each row counts.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Messages stored before pages are asked for.
    #[arg(long, default_value_t = 1_000_000)]
    messages: u64,
    /// Sockets that only listen.
    #[arg(long, default_value_t = 10_000)]
    sockets: usize,
    /// Print the tables in JSON.
    #[arg(long)]
    json: bool,
}

impl Figures {
    /// Measures and prints; a success if every message arrived once and in order.
    pub(crate) async fn run(&self) -> io::Result<ExitCode> {
        let names = match &*self.names {
            [] => Figure::value_variants(),
            names => names,
        };
        let mut tables = Vec::new();
        for name in names {
            let table = match name {
                Figure::Talk => talk::rooms_full_of_people(self).await,
                Figure::Posts => talk::posts_of_many(self).await,
                Figure::Nodes => nodes::posts(self).await,
                Figure::NodesPresence => nodes::people(self).await,
                Figure::Idle => idle::measure(self).await,
                Figure::Pages => pages::measure(self).await,
                Figure::Presence => presence::measure(self).await,
                Figure::Members => sweep::members(self).await,
                Figure::Rooms => sweep::rooms(self).await,
                Figure::Browser => browser::measure(self).await,
            };
            let table = table?;
            if !self.json {
                println!("{table}");
            }
            tables.push(table);
        }
        if self.json {
            let json = serde_json::to_string_pretty::<Vec<Table>>(&tables);
            println!("{}", json.expect("tables are plain data"));
        }
        Ok(if tables.iter().any(|table| table.faulty) {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }

    async fn house(&self, database: Database, sockets_per_user: usize) -> io::Result<House> {
        House::open(&self.binary()?, database, sockets_per_user).await
    }

    async fn house_of_nodes(
        &self,
        sockets_per_user: usize,
        nodes: usize,
        joined: Option<Joined>,
    ) -> io::Result<House> {
        let (binary, database) = (self.binary()?, Database::Postgres);
        House::open_nodes(&binary, database, sockets_per_user, nodes, joined).await
    }

    /// The server's.
    fn binary(&self) -> io::Result<PathBuf> {
        let beside = || Ok(std::env::current_exe()?.with_file_name("whatscrap"));
        self.server.clone().map_or_else(beside, Ok)
    }
}
