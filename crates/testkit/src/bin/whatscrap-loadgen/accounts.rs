//! Accounts and rooms to drive the server with.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use tokio::time::Instant;
use whatscrap_testkit::{Person, Site, fresh_client_id};

use crate::shape::Shape;
use crate::swarm::RoomId;

/// Requests at once: enough to keep the server busy.
const AT_ONCE: usize = 8;

/// People with a session each.
pub(crate) struct Accounts {
    people: Vec<Person>,
    cookies: Vec<Arc<str>>,
}

impl Accounts {
    /// Registers `count` people.
    pub(crate) async fn register(site: &Site, count: usize) -> Self {
        let start = Instant::now();
        // The last digits of a fresh id set this run's names apart from the last one's.
        let run = fresh_client_id().split_off(24);
        let register = |number| {
            let name = format!("load-{run}-{number}");
            async move { site.user(&name).await }
        };
        // The first account on a fresh server founds it: nobody else can come before.
        let mut people = vec![register(0).await];
        let others = stream::iter(1..count).map(register).buffered(AT_ONCE);
        people.extend(others.collect::<Vec<_>>().await);
        eprintln!("{count} accounts in {:.1} s", start.elapsed().as_secs_f64());
        let cookies = people.iter().map(|person| {
            let cookie = person.cookie().expect("who registers is logged in");
            cookie.into()
        });
        Self {
            cookies: cookies.collect(),
            people,
        }
    }

    /// Creates the rooms of a shape and returns their ids.
    pub(crate) async fn make_rooms(&self, shape: &Shape) -> Vec<RoomId> {
        let rooms = stream::iter(0..shape.rooms);
        let make = |room| {
            let members = shape.accounts_of(room).map(|account| &self.people[account]);
            make_room(members.collect())
        };
        rooms.map(make).buffered(AT_ONCE).collect().await
    }

    /// The people themselves.
    pub(crate) fn people(&self) -> &[Person] {
        &self.people
    }

    /// What opens `each` sockets for each account.
    pub(crate) fn cookies(&self, each: usize) -> impl Iterator<Item = &str> {
        let cookies = self.cookies.iter();
        cookies.flat_map(move |cookie| std::iter::repeat_n(&**cookie, each))
    }
}

async fn make_room(people: Vec<&Person>) -> RoomId {
    let (creator, others) = people.split_first().expect("a room has members");
    let room = creator
        .creates_room(&format!("Load {}", fresh_client_id()))
        .await;
    stream::iter(others)
        .for_each_concurrent(AT_ONCE, |person| person.joins(&room))
        .await;
    *room.as_bytes().first_chunk().expect("an id is a UUID")
}
