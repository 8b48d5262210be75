//! What joins the nodes is away, cuts them off, or cannot be reached by one of them.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::Nodes;
use crate::faults::island::{Island, Way};
use crate::faults::scenarios::Size;
use crate::faults::times::Times;
use crate::faults::{Entry, Kind, Op, Report, lasts};
use crate::server::Joined;

/// How long all but one in a hundred messages may take to another node while Redis is away.
const CROSSING: Duration = Duration::from_millis(1_500);
/// How long after that presence may be wrong.
const PRESENCE: Duration = Duration::from_secs(20);

/// R6: the Redis that joins the nodes is away, comes back empty, and hangs. Meanwhile one guest goes
/// and one comes.
pub async fn carrier_away(binary: &Path, size: Size, seed: u64) -> Option<Report> {
    let mut nodes = Nodes::begin(binary, Joined::Redis, &size.load(seed)).await?;
    let homes = nodes.play.crowd.homes().clone();
    let away = size.of([3, 3], [10, 60]).map(Duration::from_secs);
    let mut guests = BTreeMap::new();
    let (mut sockets, mut longest) = (Vec::new(), Duration::ZERO);
    for (round, time) in away.into_iter().enumerate() {
        for hangs in [false, true] {
            let name = |what| format!("{what}{round}{hangs}");
            let goes = nodes.guest(&name("goes"), 1).await;
            let comes = nodes.guest(&name("comes"), 2).await;
            let socket = goes.socket().await;
            let redis = nodes.redis.as_ref().expect("it joins them");
            nodes.play.supervisor.breaks();
            if hangs {
                redis.hangs().await;
            } else {
                redis.stops().await;
            }
            socket.leave().await;
            sockets.push(comes.socket().await);
            lasts(time).await;
            let redis = nodes.redis.as_ref().expect("it joins them");
            if hangs {
                redis.goes_on().await;
            } else {
                redis.starts_again().await;
            }
            nodes.play.supervisor.mends();
            guests.extend([(goes.username, false), (comes.username, true)]);
            let right = nodes.agree(&guests).await;
            let is_right = right.is_some_and(|time| time <= PRESENCE);
            let what = format!("presence is right within {PRESENCE:?}, not {right:?}");
            nodes.play.expects(is_right, &what);
            longest = longest.max(right.unwrap_or_default());
            nodes.play.talks(200).await;
        }
    }
    let [first, last] = away.map(|time| time.as_secs());
    let fault = format!("R6: Redis away, restarted empty, hanging, {first} and {last} s each");
    let look = |disappointments: &mut Vec<String>, entries: Vec<Entry>| {
        let times = crossings(&entries, &homes);
        if times.p99() > CROSSING {
            let what = format!("a p99 of {CROSSING:?} between nodes, not {:?}", times.p99());
            disappointments.push(what);
        }
        let says = format!(
            "; meanwhile p50 / p99 from node to node {times}; presence right after {:.1} s",
            longest.as_secs_f64()
        );
        (entries, says)
    };
    Some(nodes.end_looking(&fault, look).await)
}

/// How long messages that were said while something was broken took to people of other nodes.
fn crossings(history: &[Entry], homes: &HashMap<Arc<str>, Arc<str>>) -> Times {
    let mut times = Times::new();
    let mut said = HashMap::new();
    let mut is_broken = false;
    for entry in history {
        let cid = entry.cid.as_deref().unwrap_or_default();
        let home = homes.get(&entry.actor);
        match (entry.kind, entry.op) {
            (Kind::Fault, op) => is_broken = op == Op::Invoke,
            (Kind::Send, Op::Invoke) if is_broken => {
                said.insert(cid, (entry.mono_ns, home));
            }
            (Kind::Ev, Op::Ok) => match said.get(cid) {
                Some((at, from)) if *from != home => {
                    times.record(Duration::from_nanos(entry.mono_ns - at));
                }
                _ => {}
            },
            _ => {}
        }
    }
    times
}

/// R7: Redis drops those who listen, again and again.
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
    let fault = format!("R7: subscribers dropped × {times}, {pause} ms apart");
    Some(nodes.end(&fault).await)
}

/// R8: one node cannot reach Redis for a while, then people cannot reach one node, and nobody is
/// told of either.
pub async fn partition(binary: &Path, joined: Joined, size: Size, seed: u64) -> Option<Report> {
    let island = Island::raise().await?;
    let load = size.load(seed);
    let mut nodes = Nodes::begin_around(binary, joined, &load, Some(&island)).await?;
    let time = Duration::from_secs(size.of(3, 60));
    let ways = match joined {
        Joined::Redis => &[Way::Redis, Way::People][..],
        Joined::Postgres => &[Way::People],
    };
    for way in ways {
        nodes.play.supervisor.breaks();
        island.cuts(*way).await;
        lasts(time).await;
        island.mends(*way).await;
        nodes.play.supervisor.mends();
        nodes.play.talks(200).await;
    }
    let from = match joined {
        Joined::Redis => "Redis, then from its people,",
        Joined::Postgres => "its people",
    };
    let fault = format!(
        "R8: a node in a network namespace cut off from {from} for {} s",
        time.as_secs()
    );
    Some(nodes.end(&fault).await)
}
