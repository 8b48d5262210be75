//! Many people who talk at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::actor::Actor;
use super::checker::{End, Row};
use super::history::{Entry, History, Kind, Op};
use super::witness::Witness;
use crate::server::{PATIENCE, Person, Site, fresh_client_id};

/// Who talks, how fast, and from which seed chance comes.
#[derive(Debug, Clone)]
pub struct Load {
    /// Rooms; everybody is in all of them.
    pub rooms: usize,
    /// Those who post. They read, too.
    pub senders: u32,
    /// Those who only read.
    pub readers: u32,
    /// Posts a second, of all senders together.
    pub rate: u32,
    /// Posts that every other sender may have under way at once. The rest has one, and so an order
    /// that must hold through every fault.
    pub window: usize,
    /// The length of a text.
    pub bytes: usize,
    /// What the jitter of every actor comes from.
    pub seed: u64,
}

impl Default for Load {
    /// What the short scenarios use.
    fn default() -> Self {
        Self {
            rooms: 2,
            senders: 8,
            readers: 2,
            rate: 200,
            window: 4,
            bytes: 100,
            seed: 1,
        }
    }
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            rooms,
            senders,
            readers,
            rate,
            window,
            ..
        } = self;
        write!(
            f,
            "{rate}/s, {senders} senders (half 1, half {window} under way), {readers} readers, {rooms} rooms"
        )
    }
}

/// What all actors are told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Orders {
    pub(crate) speak: bool,
    pub(crate) stay_away: bool,
}

/// How an actor stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) is_online: bool,
    pub(crate) is_quiet: bool,
    pub(crate) acked: usize,
    pub(crate) versions: BTreeMap<String, u64>,
}

/// People with a device each, who stay online as well as they can. Gone with the value.
#[derive(Debug)]
pub struct Crowd {
    /// The first account, who owns server and rooms and never talks.
    pub owner: Person,
    /// The rooms' ids.
    pub rooms: Vec<Arc<str>>,
    history: History,
    orders: watch::Sender<Orders>,
    /// Of those who speak, then of the others.
    standings: Vec<watch::Receiver<Standing>>,
    speakers: usize,
    homes: HashMap<Arc<str>, Arc<str>>,
    _lives: JoinSet<()>,
}

impl Crowd {
    /// Makes the accounts and rooms on a fresh server, and brings everybody online. Nobody
    /// speaks yet.
    pub async fn gather(site: &Site, load: &Load, history: &History) -> Self {
        let owner = site.user("founder").await;
        let mut rooms: Vec<Arc<str>> = Vec::new();
        for number in 0..load.rooms {
            rooms.push(owner.creates_room(&format!("Room {number}")).await.into());
        }
        let (orders, ordered) = watch::channel(Orders::default());
        let (mut standings, mut lives) = (Vec::new(), JoinSet::new());
        let mut homes = HashMap::new();
        for number in 0..load.senders + load.readers {
            let speaks = number < load.senders;
            let name = format!("{}{number}", if speaks { "sender" } else { "reader" });
            let person = site.user(&name).await;
            for room in &rooms {
                person.joins(room).await;
            }
            homes.insert(name.into(), person.site.origin.clone());
            let (standing, seen) = watch::channel(Standing::default());
            standings.push(seen);
            let actor = Actor {
                witness: Witness::new(&person.username),
                person,
                history: history.clone(),
                orders: ordered.clone(),
                standing,
                rooms: if speaks { rooms.clone() } else { Vec::new() },
                pace: Duration::from_secs(1) * load.senders / load.rate,
                window: if number % 2 == 0 { load.window } else { 1 },
                bytes: load.bytes,
                chance: StdRng::seed_from_u64(load.seed ^ (u64::from(number) << 32)),
                said: 0,
            };
            lives.spawn(actor.live());
        }
        let mut crowd = Self {
            owner,
            rooms,
            history: history.clone(),
            orders,
            standings,
            speakers: load.senders as usize,
            homes,
            _lives: lives,
        };
        let count = load.rooms;
        let came = crowd.until(3 * PATIENCE, |all| {
            all.iter().all(|one| one.versions.len() == count)
        });
        assert!(came.await, "everybody comes online");
        crowd
    }

    /// Lets everybody speak, or hushes them.
    pub fn speak(&self, speak: bool) {
        self.orders.send_modify(|orders| orders.speak = speak);
    }

    /// Sends everybody offline, or lets them come back; waits until all are gone or here.
    pub async fn stay_away(&mut self, away: bool) {
        self.orders.send_modify(|orders| orders.stay_away = away);
        let done = self.until(PATIENCE, |all| all.iter().all(|one| one.is_online != away));
        assert!(done.await, "everybody goes and comes as they are told");
    }

    /// On which node everybody was at first.
    pub fn homes(&self) -> &HashMap<Arc<str>, Arc<str>> {
        &self.homes
    }

    /// How many posts were acked so far.
    pub fn acked(&self) -> usize {
        self.standings
            .iter()
            .map(|standing| standing.borrow().acked)
            .sum()
    }

    /// The newest place that anybody has of each room.
    pub fn versions(&self) -> BTreeMap<String, u64> {
        let mut newest = BTreeMap::new();
        for standing in &self.standings {
            for (room, version) in &standing.borrow().versions {
                let held: &mut u64 = newest.entry(room.clone()).or_default();
                *held = *version.max(held);
            }
        }
        newest
    }

    /// Waits until so many posts more are acked; `false` if that takes longer than `within`.
    pub async fn acks_more(&mut self, posts: usize, within: Duration) -> bool {
        let goal = self.acked() + posts;
        let speakers = &mut self.standings[..self.speakers];
        let fits = |all: &[Standing]| all.iter().map(|one| one.acked).sum::<usize>() >= goal;
        until(speakers, within, fits).await
    }

    /// Hushes everybody, notes that all is whole again, and waits until every post is answered
    /// and everybody stands at the same versions; `false` if that takes longer than `within`.
    pub async fn settles(&mut self, within: Duration) -> bool {
        self.speak(false);
        let healed = Entry::new(&"supervisor".into(), Op::Ok, Kind::Heal);
        self.history.record(healed);
        let settled = |all: &[Standing]| {
            all.iter()
                .all(|one| one.is_quiet && one.versions == all[0].versions)
        };
        self.until(within, settled).await
    }

    async fn until(&mut self, within: Duration, fits: impl Fn(&[Standing]) -> bool) -> bool {
        until(&mut self.standings, within, fits).await
    }

    /// The owner posts into every room until its newest place is beyond `held`, what anybody held
    /// of it. Returns where each room stood before.
    pub async fn outgrows(&self, held: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
        let mut heads = BTreeMap::new();
        let name: Arc<str> = self.owner.username.as_str().into();
        for (room, newest) in held {
            let path = format!("/rooms/{room}");
            let answer = self.owner.get(&path).send().await.ok(200);
            let stood = answer["room"]["last_seq"].as_u64().unwrap_or_default();
            for _ in stood..=*newest {
                let cid = fresh_client_id();
                let said = Entry::new(&name, Op::Invoke, Kind::Send)
                    .room(room)
                    .cid(&cid);
                self.history.record(said);
                self.owner
                    .posts("another history")
                    .named(&cid)
                    .in_room(room)
                    .await;
            }
            heads.insert(room.clone(), stood);
        }
        heads
    }

    /// Everything there is, read by a fresh client at `site`.
    pub async fn reads_everything(&self, site: &Site) -> End {
        let reader = site.login(&self.owner.username).await;
        let mut end = End::new();
        for room in &self.rooms {
            let rows = reader.reads_all(room).await;
            end.insert(room.to_string(), rows.iter().map(row).collect());
        }
        end
    }
}

async fn until(
    standings: &mut [watch::Receiver<Standing>],
    within: Duration,
    fits: impl Fn(&[Standing]) -> bool,
) -> bool {
    let waiting = async {
        loop {
            let all: Vec<_> = standings
                .iter_mut()
                .map(|one| one.borrow_and_update().clone())
                .collect();
            if fits(&all) {
                return;
            }
            let changes = standings.iter_mut().map(|one| Box::pin(one.changed()));
            let _ = futures_util::future::select_all(changes).await;
        }
    };
    timeout(within, waiting).await.is_ok()
}

fn row(message: &Value) -> Row {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Row {
        seq: message["seq"].as_u64().unwrap_or_default(),
        id: text(&message["id"]),
        author: text(&message["author"]["username"]),
        cid: text(&message["client_id"]),
    }
}
