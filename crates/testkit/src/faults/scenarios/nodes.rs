//! What breaks among several nodes: one of them, what joins them, the database below them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use super::{Play, Size};
use crate::faults::proxy::{Proxy, Weather};
use crate::faults::{Entry, Kind, Load, Measured, Op, Report, lasts};
use crate::postgres::{Durable, Signal};
use crate::redis::Redis;
use crate::server::{Joined, Launch, Person, Site, Socket};

/// How many nodes there are.
const NODES: usize = 3;
/// The most sockets that open in a second while nodes restart one after the other.
const MOST_A_SECOND: usize = 250;

/// Three nodes on one PostgreSQL, and what joins them.
struct Nodes {
    play: Play,
    database: Durable,
    redis: Option<Redis>,
    /// Between the last node and the Redis.
    way: Option<Proxy>,
    joined: Joined,
    _data: TempDir,
}

impl Nodes {
    async fn begin(binary: &Path, joined: Joined, load: &Load) -> Option<Self> {
        let database = Durable::start().await?;
        let redis = match joined {
            Joined::Redis => Some(Redis::start().await?),
            Joined::Postgres => None,
        };
        let way = match &redis {
            Some(redis) => {
                let address = format!("http://127.0.0.1:{}", redis.port);
                Some(Proxy::before(&address, load.seed).await)
            }
            None => None,
        };
        let data = TempDir::new().expect("a temporary folder");
        let launch = |number: usize| {
            let launch = Launch::of(binary, &data.path().join(number.to_string()))
                .set("DATABASE_URL", &database.url)
                .set("SECRET_KEY", "a secret of the nodes of this test");
            match (&redis, &way) {
                (Some(_), Some(way)) if number == NODES - 1 => {
                    launch.set("REDIS_URL", &way.origin.replace("http", "redis"))
                }
                (Some(redis), _) => launch.set("REDIS_URL", &redis.url),
                (None, _) => launch.set("BUS", "postgres"),
            }
        };
        let others: Vec<_> = (1..NODES).map(launch).collect();
        let play = Play::begin_among(&launch(0), &others, data.path(), load).await;
        Some(Self {
            play,
            database,
            redis,
            way,
            joined,
            _data: data,
        })
    }

    async fn end(self, fault: &str) -> Report {
        let by = match self.joined {
            Joined::Redis => "Redis",
            Joined::Postgres => "NOTIFY",
        };
        self.play
            .end(&format!("{fault}; three nodes by {by}"))
            .await
    }

    /// Somebody beside the crowd, at this node, in the first room.
    async fn guest(&self, name: &str, node: usize) -> Person {
        let site = self.play.crowd.owner.site.at_node(node);
        let mut guest = site.user(name).await;
        guest.site = site;
        guest.joins(&self.play.crowd.rooms[0]).await;
        guest
    }
}

/// R3: one of three nodes is killed, and comes back. Who was on it goes to the others; who stayed
/// there alone is seen as gone.
pub async fn node_killed(binary: &Path, joined: Joined, size: Size, seed: u64) -> Option<Report> {
    let mut nodes = Nodes::begin(binary, joined, &size.load(seed)).await?;
    let (watcher, ghost) = (
        nodes.guest("watcher", 0).await,
        nodes.guest("ghost", 1).await,
    );
    for _ in 0..size.of(1, 5) {
        let mut eyes = watcher.socket().await;
        let haunts = ghost.socket().await;
        is_seen(&mut eyes, &ghost, "active").await;
        nodes.play.talks(200).await;
        nodes.play.others[0].kills().await;
        // Within 25 s; this waits for 20.
        is_seen(&mut eyes, &ghost, "offline").await;
        drop(haunts);
        nodes.play.talks(200).await;
        nodes.play.others[0].restarts().await;
        nodes.play.talks(100).await;
    }
    Some(nodes.end("R3: one node killed").await)
}

async fn is_seen(socket: &mut Socket, person: &Person, state: &str) {
    let what = format!("{} {state}", person.username);
    let seen = |frame: &Value| {
        frame["type"] == "presence"
            && frame["user"] == person.id.as_str()
            && frame["state"] == state
    };
    socket.wait(&what, seen).await;
}

/// R6: the Redis that joins the nodes is away, comes back empty, and hangs.
pub async fn carrier_away(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let mut nodes = Nodes::begin(binary, Joined::Redis, &size.load(seed)).await?;
    let away = size.of([3, 3], [10, 60]).map(Duration::from_secs);
    for time in away {
        let redis = nodes.redis.as_ref().expect("it joins them");
        nodes.play.supervisor.breaks();
        redis.stops().await;
        lasts(time).await;
        redis.starts_again().await;
        nodes.play.supervisor.mends();
        nodes.play.talks(200).await;
        let redis = nodes.redis.as_ref().expect("it joins them");
        nodes.play.supervisor.breaks();
        redis.hangs().await;
        lasts(time).await;
        redis.goes_on().await;
        nodes.play.supervisor.mends();
        nodes.play.talks(200).await;
    }
    let [first, last] = away.map(|time| time.as_secs());
    let fault = format!("R6: Redis away, restarted empty, hanging, {first} and {last} s each");
    Some(nodes.end(&fault).await)
}

/// R7 and R8: Redis drops those who listen, again and again; then one node loses its way to it, and
/// nobody is told.
pub async fn carrier_cut(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let mut nodes = Nodes::begin(binary, Joined::Redis, &size.load(seed)).await?;
    let (times, pause) = size.of((5, 500), (30, 2_000));
    for _ in 0..times {
        let redis = nodes.redis.as_ref().expect("it joins them");
        nodes.play.supervisor.breaks();
        redis.drops_subscribers().await;
        nodes.play.supervisor.mends();
        lasts(Duration::from_millis(pause)).await;
    }
    nodes.play.talks(200).await;
    let partition = Duration::from_secs(size.of(3, 60));
    let way = nodes.way.as_ref().expect("it is by Redis");
    nodes.play.supervisor.breaks();
    way.turns(Weather::black_hole());
    lasts(partition).await;
    way.turns(Weather::default());
    nodes.play.supervisor.mends();
    nodes.play.talks(200).await;
    let seconds = partition.as_secs();
    let fault = format!(
        "R7, R8: subscribers dropped × {times}, then one node cut off from Redis for {seconds} s"
    );
    Some(nodes.end(&fault).await)
}

/// R4 among nodes: PostgreSQL is stopped fast and aborted under three.
pub async fn database_ends_among_nodes(
    binary: &Path,
    joined: Joined,
    size: Size,
    seed: u64,
) -> Option<Report> {
    let rounds = size.of(1, 5);
    let mut nodes = Nodes::begin(binary, joined, &size.load(seed)).await?;
    for _ in 0..rounds {
        for signal in [Signal::Fast, Signal::Immediate] {
            nodes.play.supervisor.breaks();
            nodes.database.stops(signal).await;
            nodes.database.starts_again().await;
            nodes.play.supervisor.mends();
            nodes.play.talks(100).await;
        }
    }
    let fault = format!("R4: PostgreSQL stopped fast, aborted × {rounds}");
    Some(nodes.end(&fault).await)
}

/// R16: the nodes restart one after the other, with many people on them.
pub async fn rolling_restart(
    binary: &Path,
    joined: Joined,
    size: Size,
    seed: u64,
) -> Option<Report> {
    let load = Load {
        readers: size.of(30, 1_000),
        ..size.load(seed)
    };
    let mut nodes = Nodes::begin(binary, joined, &load).await?;
    let began = nodes.play.history.entries().len();
    for number in 0..NODES {
        let play = &mut nodes.play;
        let node = match number {
            0 => &mut play.supervisor,
            other => &mut play.others[other - 1],
        };
        node.breaks();
        node.process.terminate().await;
        let ended = node.process.ended().await;
        node.restarts().await;
        play.expects(ended.success(), "a node ends with exit code 0");
        play.talks(200).await;
    }
    let entries = nodes.play.history.entries().split_off(began);
    let most = most_a_second(&entries);
    nodes.play.expects(
        most <= MOST_A_SECOND,
        "at most 250 sockets open in a second",
    );
    let people = load.senders + load.readers;
    let fault =
        format!("R16: rolling restart, {people} people; at most {most} came back in a second");
    Some(nodes.end(&fault).await)
}

/// How many sockets were opened in the fullest second.
fn most_a_second(entries: &[Entry]) -> usize {
    let opened = entries
        .iter()
        .filter(|entry| (entry.kind, entry.op) == (Kind::Open, Op::Ok));
    let times: Vec<u64> = opened.map(|entry| entry.mono_ns).collect();
    let within = |from: u64| {
        let second = from..from + 1_000_000_000;
        times.iter().filter(|at| second.contains(at)).count()
    };
    times.iter().map(|from| within(*from)).max().unwrap_or(0)
}

/// R21: people come, go and vanish on three nodes, and some connections die without a word. When all
/// is quiet, every node says of everybody whether they are there.
pub async fn presence_truth(
    binary: &Path,
    joined: Joined,
    size: Size,
    seed: u64,
) -> Option<Measured> {
    let (people, steps) = size.of((12, 60), (60, 300));
    let load = Load {
        senders: 1,
        readers: 0,
        rate: 1,
        ..size.load(seed)
    };
    let nodes = Nodes::begin(binary, joined, &load).await?;
    let holes = Proxy::before(&nodes.play.supervisor.process.origin, seed).await;
    let mut chance = StdRng::seed_from_u64(seed);
    let mut script: Vec<(Person, Vec<Socket>)> = Vec::new();
    for number in 0..people {
        let person = nodes.guest(&format!("guest{number}"), number).await;
        script.push((person, Vec::new()));
    }
    let mut silent = Vec::new();
    for _ in 0..steps {
        let (person, sockets) = &mut script[chance.random_range(0..people)];
        let mut at = person.clone();
        at.site = person.site.at_node(chance.random_range(0..NODES));
        match (chance.random_range(0..5), sockets.len()) {
            (0, 1..) => sockets.remove(0).leave().await,
            (1, 1..) => drop(sockets.remove(0)),
            (2, 1..) => {
                at.site = Site::at(holes.origin.as_str());
                silent.push(at.socket().await);
            }
            (_, 0..3) => sockets.push(at.socket().await),
            _ => {}
        }
    }
    holes.turns(Weather::black_hole());
    let quiet = Instant::now();
    let room = nodes.play.crowd.rooms[0].clone();
    let expected: BTreeMap<_, _> = script
        .iter()
        .map(|(person, sockets)| (person.username.clone(), !sockets.is_empty()))
        .collect();
    let (mut wrong, mut longest) = (usize::MAX, Duration::ZERO);
    while wrong > 0 && quiet.elapsed() < Duration::from_mins(1) {
        wrong = 0;
        for node in 0..NODES {
            let mut asker = script[0].0.clone();
            asker.site = asker.site.at_node(node);
            let found = there(&asker, &room).await;
            let differs = |(name, is_there): &(&String, &bool)| found.get(*name) != Some(*is_there);
            wrong += expected.iter().filter(differs).count();
        }
        longest = quiet.elapsed();
        lasts(Duration::from_millis(500)).await;
    }
    assert_eq!(wrong, 0, "ghosts or missing people after {longest:?}");
    let by = match joined {
        Joined::Redis => "Redis",
        Joined::Postgres => "NOTIFY",
    };
    Some(Measured {
        fault: format!("R21: coming, going, vanishing and silence on three nodes by {by}"),
        load: format!(
            "{people} people, {steps} steps, {} silent; seed {seed}",
            silent.len()
        ),
        figures: vec![format!(
            "0 ghosts, 0 missing on every node {:.1} s after the last step",
            longest.as_secs_f64()
        )],
    })
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
