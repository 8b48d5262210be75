//! Three hundred random arrivals, departures, broken connections, black holes and reloads, and
//! then quiet: nobody is seen who is gone, and nobody is missing.

use std::collections::BTreeMap;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::time::timeout;
use whatscrap_testkit::faults::proxy::{Proxy, Weather};
use whatscrap_testkit::{App, Person, Socket, Upgrade};

const SEED: u64 = 20_261_125;
const STEPS: usize = 300;
const PEOPLE: usize = 6;
const MOST_DEVICES: usize = 3;
/// Longer than leases, graces and digests take here.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's open page, and what it shows of the others.
struct Device {
    whose: usize,
    socket: Socket,
    proxy: Proxy,
    state: &'static str,
    seen: BTreeMap<String, String>,
}

impl Device {
    async fn of(whose: usize, person: &Person) -> Self {
        let proxy = Proxy::before(&person.site.origin, SEED).await;
        let cookie = person.cookie().unwrap();
        let upgrade = Upgrade::to(&proxy.origin)
            .header("Origin", &proxy.origin)
            .header("Cookie", &cookie);
        let mut socket = upgrade.open().await;
        socket.hello(json!({})).await;
        let mut device = Self {
            whose,
            socket,
            proxy,
            state: "active",
            seen: BTreeMap::new(),
        };
        for (user, state) in device.socket.welcome["presence"].as_object().unwrap() {
            device.seen.insert(user.clone(), text(state));
        }
        device
    }

    fn says(&mut self, state: &'static str) {
        self.state = state;
        self.socket
            .say(&json!({"type": "presence", "state": state}));
    }

    /// Takes in what came.
    async fn looks(&mut self) {
        for frame in self.socket.so_far_of_all().await {
            if frame["type"] != "presence" {
                continue;
            }
            match text(&frame["state"]).as_str() {
                "offline" => self.seen.remove(&text(&frame["user"])),
                state => self.seen.insert(text(&frame["user"]), state.to_owned()),
            };
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Who is in which of three rooms.
fn rooms_of(person: usize) -> &'static [usize] {
    match person {
        0 | 1 => &[0, 1],
        2 | 3 => &[0],
        4 => &[1, 2],
        _ => &[2],
    }
}

fn share_a_room(one: usize, other: usize) -> bool {
    let rooms = rooms_of(one).iter();
    rooms.clone().any(|room| rooms_of(other).contains(room))
}

/// How everyone should be seen: by what their open pages say, and by nothing else.
fn truth(devices: &[Device]) -> Vec<Option<&'static str>> {
    let mut truth = vec![None; PEOPLE];
    for device in devices {
        let seen: &mut Option<&str> = &mut truth[device.whose];
        if *seen != Some("active") {
            *seen = Some(device.state);
        }
    }
    truth
}

/// What a page shows and should not, or should show and does not.
fn wrong(device: &Device, people: &[Person], truth: &[Option<&str>]) -> Vec<String> {
    let others = people.iter().enumerate();
    let others = others.filter(|(other, _)| *other != device.whose);
    let wrong = others.filter_map(|(other, person)| {
        let expected = truth[other].filter(|_| share_a_room(device.whose, other));
        let seen = device.seen.get(&person.id).map(String::as_str);
        let viewer = &people[device.whose].username;
        (seen != expected).then(|| {
            format!(
                "{viewer} sees {} as {seen:?}, not {expected:?}",
                person.username
            )
        })
    });
    wrong.collect()
}

async fn compare(devices: &mut [Device], people: &[Person]) -> Vec<String> {
    for device in &mut *devices {
        device.looks().await;
    }
    let truth = truth(devices);
    let all = devices.iter().map(|device| wrong(device, people, &truth));
    all.flatten().collect()
}

async fn hurried() -> App {
    let mut timing = whatscrap_app::config::Timing::default();
    timing.sockets.heartbeat = Duration::from_secs(1);
    timing.sockets.answer = Duration::from_millis(800);
    timing.presence.lease = Duration::from_secs(2);
    timing.presence.grace = Duration::from_millis(700);
    timing.presence.digest = Duration::from_millis(50);
    App::in_a_hurry(timing).await
}

/// Six people in their rooms.
async fn people(app: &App) -> Vec<Person> {
    let mut people = Vec::new();
    for name in ["ada", "ben", "cleo", "dan", "eve", "finn"] {
        people.push(app.user(name).await);
    }
    for room in 0..3 {
        let mut members = (0..PEOPLE).filter(|person| rooms_of(*person).contains(&room));
        let id = people[members.next().unwrap()]
            .creates_room(&format!("Room {room}"))
            .await;
        for member in members {
            people[member].joins(&id).await;
        }
    }
    people
}

#[tokio::test]
async fn after_any_storm_nobody_is_a_ghost_and_nobody_is_missing() {
    let app = hurried().await;
    let people = people(&app).await;
    let mut chance = StdRng::seed_from_u64(SEED);
    let mut devices: Vec<Device> = Vec::new();
    // They hang in the dark to the end.
    let mut lost = Vec::new();
    let mut counts = BTreeMap::new();
    for step in 0..STEPS {
        let whose = chance.random_range(0..PEOPLE);
        let theirs: Vec<usize> = (0..devices.len())
            .filter(|device| devices[*device].whose == whose)
            .collect();
        let Some(&device) = theirs.choose(&mut chance) else {
            devices.push(Device::of(whose, &people[whose]).await);
            *counts.entry("arrivals").or_insert(0) += 1;
            continue;
        };
        let what = match chance.random_range(0..12) {
            0..=2 if theirs.len() < MOST_DEVICES => {
                devices.push(Device::of(whose, &people[whose]).await);
                "arrivals"
            }
            0..=3 => {
                devices.swap_remove(device).socket.leave().await;
                "departures"
            }
            4 => {
                let gone = devices.swap_remove(device);
                gone.proxy.turns(Weather::down());
                lost.push(gone);
                "broken connections"
            }
            5 => {
                let gone = devices.swap_remove(device);
                gone.proxy.turns(Weather::black_hole());
                lost.push(gone);
                "black holes"
            }
            6 | 7 => {
                devices.swap_remove(device).socket.leave().await;
                devices.push(Device::of(whose, &people[whose]).await);
                "reloads"
            }
            8 | 9 => {
                devices[device].says("away");
                "aways"
            }
            _ => {
                devices[device].says("active");
                "actives"
            }
        };
        *counts.entry(what).or_insert(0) += 1;
        // Now and then a heartbeat passes.
        if step % 25 == 24
            && let Some(device) = devices.last_mut()
        {
            device.socket.wait_for("ping").await;
        }
    }
    // One page at least is there to see.
    devices.push(Device::of(0, &people[0]).await);
    let quiet = timeout(PATIENCE, async {
        while !compare(&mut devices, &people).await.is_empty() {
            devices[0].socket.wait_for("ping").await;
        }
    });
    let in_time = quiet.await.is_ok();
    let wrong = compare(&mut devices, &people).await;
    assert!(in_time, "seed {SEED}: {wrong:#?}");
    // It stays so: whatever may still end has ended within four heartbeats.
    for _ in 0..4 {
        devices[0].socket.wait_for("ping").await;
    }
    let wrong = compare(&mut devices, &people).await;
    assert_eq!(wrong, Vec::<String>::new(), "seed {SEED}");
    println!(
        "seed {SEED}: {counts:?}; {} pages left, 0 ghosts, 0 missing",
        devices.len()
    );
}
