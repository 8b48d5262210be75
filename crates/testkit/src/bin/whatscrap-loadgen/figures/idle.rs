//! Sockets that only listen.

use std::io;

use super::Figures;
use crate::accounts::Accounts;
use crate::idle::Idle;
use crate::report::precise;
use crate::table::{Table, count, small};

/// Of each of a hundred accounts.
const ACCOUNTS: usize = 100;

pub(super) async fn measure(figures: &Figures) -> io::Result<Table> {
    let head = [
        "database",
        "sockets",
        "upgrades/s",
        "then welcomes/s",
        "bytes a socket",
        "CPU µs for each that comes: server",
        "database",
        "then of a core, %",
    ];
    let mut table = Table::new("Sockets of existing sessions", &head);
    for &database in &figures.database {
        let idle = Idle {
            sockets: figures.sockets,
            sockets_per_account: figures.sockets.div_ceil(ACCOUNTS),
            at_once: 64,
        };
        let house = figures.house(database, idle.sockets_per_account).await?;
        let accounts = Accounts::register(house.site(), ACCOUNTS).await;
        let opened = idle.measure(house.site(), &accounts, Some(&house.meter()?))?;
        let (coming, staying) = (
            opened.coming.unwrap_or_default(),
            opened.staying.unwrap_or_default(),
        );
        let bytes = opened.bytes_per_socket.unwrap_or_default();
        table.row([
            database.name().to_owned(),
            count(precise(opened.sockets as u64)),
            count(opened.upgrades_per_second),
            count(opened.welcomes_per_second),
            count(precise(bytes)),
            small(coming.nodes),
            small(coming.database),
            small(100.0 * staying.total()),
        ]);
    }
    Ok(table)
}
