//! Accounts and rooms to drive the server with.

use futures_util::{StreamExt, stream};
use tokio::time::Instant;
use whatscrap_testkit::{Person, Site, fresh_client_id};

/// Registrations at once: enough to keep the server's hashing busy.
const AT_ONCE: usize = 8;

/// Registers `count` people.
pub(crate) async fn register(site: &Site, count: usize) -> Vec<Person> {
    let start = Instant::now();
    // The last digits of a fresh id set this run's names apart from the last one's.
    let run = fresh_client_id().split_off(24);
    let register = |number| {
        let name = format!("load-{run}-{number}");
        async move { site.user(&name).await }
    };
    // The first account on a fresh server founds it: nobody else can come before.
    let mut people = vec![register(0).await];
    let mut others = stream::iter(1..count).map(register).buffered(AT_ONCE);
    while let Some(person) = others.next().await {
        people.push(person);
    }
    eprintln!("{count} accounts in {:.1} s", start.elapsed().as_secs_f64());
    people
}

/// Creates a room that all of them are in.
pub(crate) async fn room_of(people: &[Person]) -> String {
    let (creator, others) = people.split_first().expect("a room has members");
    let name = format!("Load {}", fresh_client_id());
    let room = creator.creates_room(&name).await;
    stream::iter(others)
        .for_each_concurrent(AT_ONCE, |person| person.joins(&room))
        .await;
    room
}
