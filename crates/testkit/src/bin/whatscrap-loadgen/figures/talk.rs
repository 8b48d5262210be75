//! Rooms full of people, as fast as they go and at an ordinary pace.

use std::io;

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
pub(super) const FULL_ROOMS: Shape = Shape {
    rooms: 10,
    members: 100,
    senders: 10,
    sockets_per_account: 10,
    accounts: None,
};

pub(super) async fn rooms_full_of_people(figures: &Figures) -> io::Result<Table> {
    let loads = [
        in_flight(figures, 8),
        in_flight(figures, 1),
        at(figures, 50.0),
    ];
    measure(
        figures,
        "10 rooms × 100 members × 10 senders",
        &FULL_ROOMS,
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
            let counted = scene.run(load, Some(&house.meter()?))?;
            let figures = report::Figures::of(&counted);
            table.faulty |= !figures.faults.none();
            table.row(row(database.name(), pace(load), &figures));
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

pub(super) fn milliseconds(times: &Milliseconds) -> String {
    let Milliseconds { p50, p99, p999, .. } = *times;
    format!("{} / {} / {}", small(p50), small(p99), small(p999))
}

/// How posts are paced, in words.
pub(super) fn pace(load: &Load) -> String {
    load.rate.map_or_else(
        || format!("{} in flight", load.in_flight),
        |rate| format!("{rate} a second"),
    )
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

/// So many posts a second; a thousand of them, so that the 99th percentile is one of ten.
pub(super) fn at(figures: &Figures, rate: f64) -> Load {
    Load {
        rate: Some(rate),
        seconds: figures.seconds.max(1_000.0 / rate),
        ..in_flight(figures, 0)
    }
}
