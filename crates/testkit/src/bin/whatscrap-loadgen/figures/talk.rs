//! Rooms full of people, as fast as they go and at an ordinary pace.

use std::io;

use whatscrap_testkit::Joined;

use super::Figures;
use crate::accounts::Accounts;
use crate::report::{self, Milliseconds};
use crate::shape::Shape;
use crate::table::{Table, count, small};
use crate::traffic::{Load, Scene};

const HEAD: [&str; 8] = [
    "database",
    "posts",
    "deliveries/s",
    "acked posts/s",
    "CPU s per million deliveries",
    "delivery p50 / p99 / p99.9 ms",
    "ack p50 / p99 / p99.9 ms",
    "lost, repeated, out of order",
];

/// 10 rooms × 100 members × 10 senders.
pub(super) async fn rooms_full_of_people(figures: &Figures) -> io::Result<Table> {
    let shape = Shape {
        rooms: 10,
        members: 100,
        senders: 10,
        sockets_per_account: 10,
        accounts: None,
    };
    let loads = [in_flight(figures, 8), in_flight(figures, 1), at_50(figures)];
    measure(
        figures,
        "10 rooms × 100 members × 10 senders",
        &shape,
        &loads,
    )
    .await
}

/// 1,000 sockets, ten in each of 100 rooms, all of which post.
pub(super) async fn posts_of_many(figures: &Figures) -> io::Result<Table> {
    let shape = Shape {
        rooms: 100,
        members: 10,
        senders: 10,
        sockets_per_account: 5,
        accounts: None,
    };
    let loads = [in_flight(figures, 1), in_flight(figures, 4)];
    measure(
        figures,
        "Posts from 1,000 sockets over 100 rooms",
        &shape,
        &loads,
    )
    .await
}

/// The same rooms on one node without a bus, and on one, two and three with each.
pub(super) async fn on_nodes(figures: &Figures) -> io::Result<Table> {
    let shape = Shape {
        rooms: 10,
        members: 100,
        senders: 10,
        sockets_per_account: 10,
        accounts: None,
    };
    let mut head = HEAD;
    head[0] = "nodes";
    let mut table = Table::new("10 rooms × 100 members × 10 senders, on PostgreSQL", &head);
    let buses = [Joined::Redis, Joined::Postgres].map(Some);
    let joined = buses
        .iter()
        .flat_map(|bus| (1..=3).map(|nodes| (nodes, *bus)));
    for (nodes, bus) in [(1, None)].into_iter().chain(joined) {
        let house = figures.house_of_nodes(shape.sockets_per_account, nodes, bus);
        let house = house.await?;
        let accounts = Accounts::register(house.site(), shape.accounts()).await;
        let mut scene = Scene::set(house.site(), &accounts, &shape).await?;
        let by = match bus {
            None => "",
            Some(Joined::Redis) => " by Redis",
            Some(Joined::Postgres) => " by NOTIFY",
        };
        for (load, posts) in [
            (in_flight(figures, 8), "8 in flight"),
            (in_flight(figures, 1), "1 in flight"),
            (at_50(figures), "50 a second"),
        ] {
            let counted = scene.run(&load, Some(&house.meter()?))?;
            let counted = report::Figures::of(&counted);
            table.faulty |= !counted.faults.none();
            table.row(row(&format!("{nodes}{by}"), posts.to_owned(), &counted));
        }
    }
    Ok(table)
}

async fn measure(
    figures: &Figures,
    title: &str,
    shape: &Shape,
    loads: &[Load],
) -> io::Result<Table> {
    let mut table = Table::new(title, &HEAD);
    for &database in &figures.database {
        let house = figures.house(database, shape.sockets_per_account).await?;
        let accounts = Accounts::register(house.site(), shape.accounts()).await;
        let mut scene = Scene::set(house.site(), &accounts, shape).await?;
        for load in loads {
            let posts = load.rate.map_or_else(
                || format!("{} in flight", load.in_flight),
                |rate| format!("{rate} a second"),
            );
            let counted = scene.run(load, Some(&house.meter()?))?;
            let figures = report::Figures::of(&counted);
            table.faulty |= !figures.faults.none();
            table.row(row(database.name(), posts, &figures));
        }
    }
    Ok(table)
}

fn row(database: &str, posts: String, figures: &report::Figures) -> [String; 8] {
    [
        database.to_owned(),
        posts,
        count(figures.deliveries_per_second),
        count(figures.acks_per_second),
        figures
            .cpu_seconds_per_million_deliveries
            .map_or_else(String::new, small),
        milliseconds(&figures.delivery),
        milliseconds(&figures.ack),
        figures.faults.to_string(),
    ]
}

fn milliseconds(times: &Milliseconds) -> String {
    let Milliseconds { p50, p99, p999, .. } = *times;
    format!("{} / {} / {}", small(p50), small(p99), small(p999))
}

pub(super) fn in_flight(figures: &Figures, count: usize) -> Load {
    Load {
        in_flight: count,
        rate: None,
        seconds: figures.seconds,
        warm_up: 2.0,
        bytes: 100,
    }
}

fn at_50(figures: &Figures) -> Load {
    Load {
        rate: Some(50.0),
        // A thousand posts, so that the 99th percentile is one of ten.
        seconds: figures.seconds.max(20.0),
        ..in_flight(figures, 0)
    }
}
