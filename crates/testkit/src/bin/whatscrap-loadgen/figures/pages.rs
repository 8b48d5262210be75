//! Pages over a large history.

use std::io;

use super::Figures;
use crate::accounts::Accounts;
use crate::pages::Pages;
use crate::report::{Milliseconds, precise};
use crate::shape::Shape;
use crate::table::{Table, count, small};
use crate::traffic::Scene;

pub(super) async fn measure(figures: &Figures) -> io::Result<Table> {
    let title = format!(
        "Pages, with more than {} messages in ten rooms",
        count(precise(figures.messages))
    );
    let head = [
        "database",
        "room page p50 / p95 / p99 ms",
        "history page p50 / p95 / p99 ms",
    ];
    let mut table = Table::new(&title, &head);
    let shape = Shape::FOR_A_HISTORY;
    for &database in &figures.database {
        let house = figures.house(database, shape.sockets_per_account).await?;
        let accounts = Accounts::register(house.site(), shape.accounts()).await;
        let mut scene = Scene::set(house.site(), &accounts, &shape).await?;
        scene.fill(figures.messages)?;
        let pages = Pages {
            messages: figures.messages,
            requests: 1_000,
        };
        let times = pages.measure(&accounts.people()[0], &scene.room()).await;
        table.row([
            database.name().to_owned(),
            milliseconds(&times.room),
            milliseconds(&times.history),
        ]);
    }
    Ok(table)
}

fn milliseconds(times: &Milliseconds) -> String {
    let Milliseconds { p50, p95, p99, .. } = *times;
    format!("{} / {} / {}", small(p50), small(p95), small(p99))
}
