//! What it costs to tell a full room who is there.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use super::Figures;
use crate::accounts::Accounts;
use crate::shape::Shape;
use crate::swarm::Swarm;
use crate::table::{Table, small};

/// In one room, each with a device of their own.
const PEOPLE: usize = 1_000;
/// How long people come and go, and how long they are watched.
const WATCH: Duration = Duration::from_secs(10);
/// Fifty of them go away or come back a second: each every twenty seconds.
const BEATS: usize = 100;
const BEAT: Duration = Duration::from_millis(100);
const CHANGES_A_BEAT: usize = 5;
/// As often as a page says it.
const TYPING_EVERY: Duration = Duration::from_secs(3);

pub(super) const AWAY: &str = r#"{"type":"presence","state":"away"}"#;
pub(super) const ACTIVE: &str = r#"{"type":"presence","state":"active"}"#;

pub(super) async fn measure(figures: &Figures) -> io::Result<Table> {
    let head = [
        "1,000 people in one room",
        "seconds",
        "CPU s",
        "of a core, %",
    ];
    let mut table = Table::new("Who is there, and who types (SQLite)", &head);
    let house = figures.house(super::house::Database::Sqlite, 2).await?;
    let accounts = Accounts::register(house.site(), PEOPLE).await;
    let shape = Shape {
        rooms: 1,
        members: PEOPLE,
        senders: 1,
        sockets_per_account: 1,
        accounts: Some(PEOPLE),
    };
    let room = accounts.make_rooms(&shape).await.remove(0);
    let room = String::from_utf8_lossy(&room).into_owned();
    let meter = house.meter()?;
    let mut swarm = Swarm::new([&*house.site().origin])?;
    let mut measure = |what: &str, run: &mut dyn FnMut() -> io::Result<()>| {
        let (start, before) = (Instant::now(), meter.cpu());
        run()?;
        let time = start.elapsed().as_secs_f64();
        let cpu = (meter.cpu() - before).total();
        let percent = 100.0 * cpu / time;
        table.row([what.to_owned(), small(time), small(cpu), small(percent)]);
        io::Result::Ok(())
    };
    measure("all come within a moment, and are told of", &mut || {
        swarm.open(accounts.cookies(1), 64)?;
        swarm.greet(64)?;
        swarm.listen(WATCH)
    })?;
    measure("nothing happens", &mut || swarm.listen(WATCH))?;
    measure("50 a second go away or come back", &mut || {
        let mut number = 0;
        for beat in 0..BEATS {
            for _ in 0..CHANGES_A_BEAT {
                let state = if beat < BEATS / 2 { AWAY } else { ACTIVE };
                swarm.say(number % PEOPLE, state.as_bytes());
                number += 1;
            }
            swarm.listen(BEAT)?;
        }
        Ok(())
    })?;
    measure("100 of them type (and nobody is told)", &mut || {
        let typing = format!(r#"{{"type":"typing","room":"{room}"}}"#);
        for _ in 0..3 {
            for number in 0..100 {
                swarm.say(number, typing.as_bytes());
            }
            swarm.listen(TYPING_EVERY)?;
        }
        Ok(())
    })?;
    Ok(table)
}
