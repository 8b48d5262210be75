//! What it costs that a server has several nodes.
//!
//! All of them are on one core, with PostgreSQL and Redis: more nodes cannot carry more there, and
//! it is the cost of a delivery that is compared, within one run.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use tokio::time::Instant;
use whatscrap_testkit::Joined;

use super::Figures;
use super::house::House;
use super::presence::{ACTIVE, AWAY};
use super::talk::{FULL_ROOMS, at, in_flight, milliseconds, pace};
use crate::accounts::Accounts;
use crate::process::Cpu;
use crate::report::{self, Milliseconds, precise};
use crate::shape::Shape;
use crate::swarm::Swarm;
use crate::table::{Table, count, small};
use crate::traffic::Scene;

/// The same sockets, ten in each of a hundred rooms.
const SMALL_ROOMS: Shape = Shape {
    rooms: 100,
    members: 10,
    senders: 10,
    sockets_per_account: 10,
    accounts: Some(100),
};

/// How many nodes, and what joins them; the first comes again at the end, to show how much the
/// machine has changed meanwhile.
const HOUSES: [(usize, Option<Joined>); 8] = [
    (1, None),
    (1, Some(Joined::Redis)),
    (2, Some(Joined::Redis)),
    (3, Some(Joined::Redis)),
    (1, Some(Joined::Postgres)),
    (2, Some(Joined::Postgres)),
    (3, Some(Joined::Postgres)),
    (1, None),
];

/// The rooms of `talk`, and small ones, on each.
pub(super) async fn posts(figures: &Figures) -> io::Result<Table> {
    let head = [
        "nodes",
        "posts",
        "deliveries/s",
        "CPU s per million deliveries: nodes",
        "PostgreSQL",
        "Redis",
        "all",
        "× one alone",
        "delivery on the poster's node p50 / p99 / p99.9 ms",
        "on another",
        "lost, repeated, out of order",
    ];
    let mut table = Table::new("1,000 sockets, of several nodes on one core", &head);
    let full = [
        in_flight(figures, 8),
        in_flight(figures, 1),
        at(figures, 200.0),
        at(figures, 50.0),
    ];
    let loads = [
        (FULL_ROOMS, &full[..]),
        (SMALL_ROOMS, &[at(figures, 200.0)]),
    ];
    let mut alone = HashMap::new();
    for (nodes, joined) in HOUSES {
        let house = figures.house_of_nodes(FULL_ROOMS.sockets_per_account, nodes, joined);
        let house = house.await?;
        let accounts = Accounts::register(house.site(), FULL_ROOMS.accounts()).await;
        for (shape, loads) in &loads {
            let mut scene = Scene::set(house.site(), &accounts, shape).await?;
            for load in *loads {
                let posts = format!("{}, rooms of {}", pace(load), shape.members);
                let counted = scene.run(load, Some(&house.meter()?))?;
                let measured = report::Figures::of(&counted);
                let tally = &counted.measured.tally;
                let delivered = precise(tally.delivered) / 1e6;
                let cpu = counted.cpu.unwrap_or_default();
                let all = cpu.total() / delivered;
                let alone = *alone.entry(posts.clone()).or_insert(all);
                table.faulty |= !measured.faults.none();
                table.row([
                    name(nodes, joined),
                    posts,
                    count(measured.deliveries_per_second),
                    small(cpu.nodes / delivered),
                    small(cpu.database / delivered),
                    small(cpu.redis / delivered),
                    small(all),
                    format!("{:.2}", all / alone),
                    milliseconds(&Milliseconds::of(&tally.staying_time)),
                    if tally.crossing_time.is_empty() {
                        "–".to_owned()
                    } else {
                        milliseconds(&Milliseconds::of(&tally.crossing_time))
                    },
                    measured.faults.to_string(),
                ]);
            }
        }
    }
    Ok(table)
}

fn name(nodes: usize, joined: Option<Joined>) -> String {
    match joined {
        None => "1, alone".to_owned(),
        Some(Joined::Redis) => format!("{nodes} by Redis"),
        Some(Joined::Postgres) => format!("{nodes} by NOTIFY"),
    }
}

/// People of a hundred, ten in each of ten rooms, come and go; then many rooms are heard on every
/// node, and nothing happens in them.
pub(super) async fn people(figures: &Figures) -> io::Result<Table> {
    const PEOPLE: usize = 100;
    const HOUSES: [(usize, Option<Joined>); 5] = [
        (1, None),
        (1, Some(Joined::Redis)),
        (2, Some(Joined::Redis)),
        (3, Some(Joined::Redis)),
        (3, Some(Joined::Postgres)),
    ];
    let head = [
        "nodes",
        "what happens",
        "of a core, %: nodes",
        "PostgreSQL",
        "Redis",
    ];
    let mut table = Table::new("What several nodes on one core do beside messages", &head);
    let tens = Shape {
        rooms: 10,
        members: 10,
        senders: 1,
        sockets_per_account: 1,
        accounts: Some(PEOPLE),
    };
    let many = Shape {
        rooms: 10_000,
        members: 1,
        ..tens
    };
    let time = Duration::from_secs_f64(2.0 * figures.seconds);
    for (nodes, joined) in HOUSES {
        // Those who leave may still be counted when they come again.
        let house = figures.house_of_nodes(2 * nodes, nodes, joined).await?;
        let accounts = Accounts::register(house.site(), PEOPLE).await;
        let mut measure = |what: &str, run: &mut dyn FnMut() -> io::Result<()>| {
            let used = used(&house, run)?;
            table.row([
                name(nodes, joined),
                what.to_owned(),
                small(100.0 * used.nodes),
                small(100.0 * used.database),
                small(100.0 * used.redis),
            ]);
            io::Result::Ok(())
        };
        accounts.make_rooms(&tens).await;
        let mut swarm = gather(&house, accounts.cookies(1))?;
        measure("100 people, ten in a room", &mut || swarm.listen(time))?;
        measure("100 a second of them go away or come back", &mut || {
            come_and_go(&mut swarm, PEOPLE, time)
        })?;
        drop(swarm);
        accounts.make_rooms(&many).await;
        // Each on every node.
        let mut swarm = gather(&house, accounts.cookies(nodes))?;
        measure("nothing, in 10,000 rooms heard on each", &mut || {
            swarm.listen(time)
        })?;
    }
    Ok(table)
}

fn gather<'a>(house: &House, cookies: impl Iterator<Item = &'a str>) -> io::Result<Swarm> {
    let mut swarm = Swarm::new(house.site().nodes().iter().map(|node| &**node))?;
    swarm.open(cookies, 64)?;
    swarm.greet(64)?;
    swarm.listen(Duration::from_secs(2))?;
    Ok(swarm)
}

/// A tenth of them each tenth of a second: each goes away, or comes back, every second.
fn come_and_go(swarm: &mut Swarm, people: usize, time: Duration) -> io::Result<()> {
    const BEAT: Duration = Duration::from_millis(100);
    let start = Instant::now();
    let mut said = 0;
    while start.elapsed() < time {
        for _ in 0..people / 10 {
            let goes = (said / people).is_multiple_of(2);
            let state = if goes { AWAY } else { ACTIVE };
            swarm.say(said % people, state.as_bytes());
            said += 1;
        }
        swarm.listen(BEAT)?;
    }
    Ok(())
}

/// The part of a core that each used while this ran.
fn used(house: &House, run: &mut dyn FnMut() -> io::Result<()>) -> io::Result<Cpu> {
    let meter = house.meter()?;
    let (start, before) = (Instant::now(), meter.cpu());
    run()?;
    let time = start.elapsed().as_secs_f64();
    Ok((meter.cpu() - before) * time.recip())
}
