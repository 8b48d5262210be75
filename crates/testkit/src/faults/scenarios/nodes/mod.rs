//! What breaks among several nodes: one of them, what joins them, the database below them.

mod carrier;
mod ending;
mod presence;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant;

pub use self::carrier::{carrier_away, carrier_cut, partition};
pub use self::ending::{database_ends_among_nodes, node_killed, rolling_restart};
pub use self::presence::presence_truth;
use super::Play;
use crate::faults::island::{Island, Way};
use crate::faults::supervisor::healing;
use crate::faults::{Entry, Load, Report, lasts};
use crate::postgres::Durable;
use crate::redis::Redis;
use crate::server::{Joined, Launch, Person};

/// How many nodes there are.
const NODES: usize = 3;
/// How long after a mending anybody may lack what was acked before it.
const HEALING: Duration = Duration::from_secs(2);

/// Three nodes on one PostgreSQL, and what joins them.
struct Nodes {
    play: Play,
    database: Durable,
    redis: Option<Redis>,
    joined: Joined,
    _data: TempDir,
}

impl Nodes {
    async fn begin(binary: &Path, joined: Joined, load: &Load) -> Option<Self> {
        Self::begin_around(binary, joined, load, None).await
    }

    /// The last of them may be on an island.
    async fn begin_around(
        binary: &Path,
        joined: Joined,
        load: &Load,
        island: Option<&Island>,
    ) -> Option<Self> {
        let database = Durable::start().await?;
        let redis = match (joined, island) {
            (Joined::Redis, Some(island)) => Some(Redis::start_at(&island.near(Way::Redis)).await?),
            (Joined::Redis, None) => Some(Redis::start().await?),
            (Joined::Postgres, _) => None,
        };
        let data = TempDir::new().expect("a temporary folder");
        let launch = |number: usize| {
            let launch = Launch::of(binary, &data.path().join(number.to_string()))
                .set("DATABASE_URL", &database.url)
                .set("SECRET_KEY", "a secret of the nodes of this test");
            let launch = match &redis {
                Some(redis) => launch.set("REDIS_URL", &redis.url),
                None => launch.set("BUS", "postgres"),
            };
            match island {
                Some(island) if number == NODES - 1 => launch
                    .inside(&island.name)
                    .set("BIND", &island.far(Way::People)),
                _ => launch,
            }
        };
        let others: Vec<_> = (1..NODES).map(launch).collect();
        let play = Play::begin_among(&launch(0), &others, data.path(), load).await;
        Some(Self {
            play,
            database,
            redis,
            joined,
            _data: data,
        })
    }

    /// Judges, also how long it took until everybody had what they had missed.
    async fn end(self, fault: &str) -> Report {
        let look = |disappointments: &mut Vec<String>, entries: Vec<Entry>| {
            let healed = healing(&entries);
            if healed > HEALING {
                disappointments.push(format!("everything within {HEALING:?}, not {healed:?}"));
            }
            (
                entries,
                format!("; healed in {:.1} s", healed.as_secs_f64()),
            )
        };
        self.end_looking(fault, look).await
    }

    async fn end_looking(
        self,
        fault: &str,
        look: impl FnOnce(&mut Vec<String>, Vec<Entry>) -> (Vec<Entry>, String),
    ) -> Report {
        let mut says = String::new();
        let fault = format!("{fault}; three nodes by {}", self.by());
        let judged = self.play.end_judging(&fault, |disappointments, entries| {
            let (entries, seen) = look(disappointments, entries);
            says = seen;
            entries
        });
        let mut report = judged.await;
        report.fault.push_str(&says);
        report
    }

    fn by(&self) -> &'static str {
        match self.joined {
            Joined::Redis => "Redis",
            Joined::Postgres => "NOTIFY",
        }
    }

    /// Somebody beside the crowd, at this node, in the first room.
    async fn guest(&self, name: &str, node: usize) -> Person {
        let guest = self.play.crowd.owner.site.user(name).await.at_node(node);
        guest.joins(&self.play.crowd.rooms[0]).await;
        guest
    }

    /// Waits until every node says of these whether they are there: how long that took, unless it
    /// is longer than a minute.
    async fn agree(&self, expected: &BTreeMap<String, bool>) -> Option<Duration> {
        let began = Instant::now();
        loop {
            let mut is_wrong = false;
            for node in 0..NODES {
                let asker = self.play.crowd.owner.at_node(node);
                let found = there(&asker, &self.play.crowd.rooms[0]).await;
                is_wrong |= expected
                    .iter()
                    .any(|(name, is_there)| found.get(name) != Some(is_there));
            }
            if !is_wrong {
                return Some(began.elapsed());
            }
            if began.elapsed() > Duration::from_mins(1) {
                return None;
            }
            lasts(Duration::from_millis(500)).await;
        }
    }
}

/// Who is seen as there in this room.
async fn there(person: &Person, room: &str) -> BTreeMap<String, bool> {
    let path = format!("/rooms/{room}/members?limit=200");
    let page = person.get(&path).send().await.ok(200);
    let members = page["members"].as_array().into_iter().flatten();
    let seen = members.map(|one| {
        let name = one["user"]["username"].as_str().unwrap_or_default();
        (name.to_owned(), one["presence"] != "offline")
    });
    seen.collect()
}
