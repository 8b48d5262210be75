//! What a delivery costs in rooms of any size, and in any number of them.
//!
//! Two hundred people talk everywhere. The posts in flight stay within what one
//! socket's queue holds, so that it is the work that is compared.

use std::io;

use super::Figures;
use super::plot::{Panel, Plot, Series};
use super::talk::in_flight;
use crate::accounts::Accounts;
use crate::report;
use crate::shape::Shape;
use crate::table::{Table, count, small};
use crate::traffic::Scene;

const ACCOUNTS: usize = 200;

/// Sockets of an account, where they need not be more or fewer.
const SOCKETS: usize = 5;

/// Rooms of 1 to 5,000 members.
pub(super) async fn members(figures: &Figures) -> io::Result<Table> {
    let rows = [
        (200, 1, 1, 1),
        (100, 10, 1, SOCKETS),
        (10, 100, 10, SOCKETS),
        (1, 1_000, 10, SOCKETS),
        (1, 5_000, 10, 25),
    ];
    measure(
        figures,
        "members",
        "members of a room",
        &rows.map(shape),
        |shape| shape.members,
    )
    .await
}

/// 1 to 10,000 rooms of ten members.
pub(super) async fn rooms(figures: &Figures) -> io::Result<Table> {
    let rows = [
        (1, 10, 10, SOCKETS),
        (10, 10, 10, SOCKETS),
        (100, 10, 1, SOCKETS),
        (1_000, 10, 1, SOCKETS),
        (10_000, 10, 1, SOCKETS),
    ];
    measure(
        figures,
        "rooms",
        "rooms of ten members",
        &rows.map(shape),
        |shape| shape.rooms,
    )
    .await
}

fn shape((rooms, members, senders, sockets_per_account): (usize, usize, usize, usize)) -> Shape {
    Shape {
        rooms,
        members,
        senders,
        sockets_per_account,
        accounts: Some(ACCOUNTS),
    }
}

async fn measure(
    figures: &Figures,
    name: &str,
    axis: &str,
    shapes: &[Shape],
    size: fn(&Shape) -> usize,
) -> io::Result<Table> {
    let head = [
        "database",
        "rooms",
        "members",
        "sockets",
        "deliveries/s",
        "acked posts/s",
        "CPU s per million deliveries",
        "lost, repeated, out of order",
    ];
    let mut table = Table::new(&format!("Cost against {axis}"), &head);
    let mut rates = Panel::new("deliveries a second");
    let mut costs = Panel::new("CPU seconds per million deliveries");
    for &database in &figures.database {
        let most = shapes.iter().map(|shape| shape.sockets_per_account).max();
        let house = figures.house(database, most.unwrap_or(1)).await?;
        let accounts = Accounts::register(house.site(), ACCOUNTS).await;
        let (mut rate, mut cost) = (Series::new(database.name()), Series::new(database.name()));
        for shape in shapes {
            let mut scene = Scene::set(house.site(), &accounts, shape).await?;
            let counted = scene.run(&in_flight(figures, 8), Some(&house.meter()?))?;
            let measured = report::Figures::of(&counted);
            let cpu = measured
                .cpu_seconds_per_million_deliveries
                .unwrap_or_default();
            rate.point(size(shape), measured.deliveries_per_second);
            cost.point(size(shape), cpu);
            table.faulty |= !measured.faults.none();
            table.row([
                database.name().to_owned(),
                count(report::precise(shape.rooms as u64)),
                count(report::precise(shape.members as u64)),
                count(report::precise(shape.sockets() as u64)),
                count(measured.deliveries_per_second),
                count(measured.acks_per_second),
                small(cpu),
                measured.faults.to_string(),
            ]);
        }
        rates.series.push(rate);
        costs.series.push(cost);
    }
    let plot = Plot {
        axis: axis.to_owned(),
        panels: [rates, costs],
    };
    std::fs::create_dir_all(&figures.plots)?;
    std::fs::write(
        figures.plots.join(name).with_extension("svg"),
        plot.to_string(),
    )?;
    Ok(table)
}
