//! Clients, the wires between, and the chance that decides.

use std::collections::{BTreeMap, VecDeque};

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use super::model::{Fault, ROOM, Server, Work};
use crate::faults::checker::End;
use crate::faults::history::{Entry, Kind, Op};
use crate::faults::witness::Witness;

/// How many clients; each says and hears.
const CLIENTS: usize = 4;
/// How many messages each says.
const EACH: usize = 12;
/// How many a client has under way at once.
const WINDOW: usize = 3;

struct Client {
    witness: Witness,
    name: String,
    connection: Option<u32>,
    up: VecDeque<Value>,
    to_say: usize,
}

/// What can happen next.
#[derive(Debug, Clone, Copy)]
enum Step {
    Connect(usize),
    Say(usize),
    Arrive(usize),
    Hear(usize),
    Work(Work),
    Cut(usize),
    Crash,
}

/// One run from beginning to quiet: what was recorded, and what is there in the end.
pub(super) fn run(seed: u64, fault: Option<Fault>) -> (Vec<Entry>, End) {
    let mut world = World {
        chance: StdRng::seed_from_u64(seed),
        server: Server::new(fault),
        clients: (0..CLIENTS).map(client).collect(),
        connections: 0,
        troubles: 6,
        history: Vec::new(),
    };
    // All are there before the first word, and none joins in the middle.
    for number in 0..CLIENTS {
        world.take(Step::Connect(number));
        world.take(Step::Arrive(number));
        world.take(Step::Hear(number));
    }
    for _ in 0..20_000 {
        let steps = world.steps();
        let Some(step) = steps.choose(&mut world.chance) else {
            return (
                world.history,
                BTreeMap::from([(ROOM.to_owned(), world.server.rows())]),
            );
        };
        world.take(*step);
    }
    panic!("seed {seed}: this never ends");
}

fn client(number: usize) -> Client {
    let name = format!("actor{number}");
    Client {
        witness: Witness::new(&name),
        name,
        connection: None,
        up: VecDeque::new(),
        to_say: EACH,
    }
}

struct World {
    chance: StdRng,
    server: Server,
    clients: Vec<Client>,
    connections: u32,
    /// How many crashes, cuts and failed commits are still to come.
    troubles: u32,
    history: Vec<Entry>,
}

impl World {
    fn steps(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (number, client) in self.clients.iter().enumerate() {
            let Some(connection) = client.connection else {
                steps.push(Step::Connect(number));
                continue;
            };
            if client.to_say > 0 && client.witness.client().unacked_count() < WINDOW {
                steps.push(Step::Say(number));
            }
            if !client.up.is_empty() {
                steps.push(Step::Arrive(number));
            }
            if self.server.has_to_say(connection) {
                steps.push(Step::Hear(number));
            }
        }
        steps.extend(self.server.work().into_iter().map(Step::Work));
        if self.troubles > 0 && self.chance.random_ratio(1, 20) {
            steps.push(Step::Crash);
            steps.push(Step::Cut(self.chance.random_range(0..CLIENTS)));
        }
        steps
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Connect(number) => {
                self.connections += 1;
                let client = &mut self.clients[number];
                client.connection = Some(self.connections);
                client.up.push_back(client.witness.hello());
            }
            Step::Say(number) => {
                let client = &mut self.clients[number];
                client.to_say -= 1;
                let (entry, frame) = client.witness.say(ROOM, "x");
                client.up.push_back(frame);
                self.record([entry]);
            }
            Step::Arrive(number) => self.arrive(number),
            Step::Hear(number) => {
                let client = &mut self.clients[number];
                let Some(connection) = client.connection else {
                    return;
                };
                let Some(frame) = self.server.says(connection) else {
                    return;
                };
                let (entries, answers) = client.witness.hear(&frame);
                client.up.extend(answers);
                self.record(entries);
            }
            Step::Work(work) => {
                let refuse = self.troubles > 0 && self.chance.random_ratio(1, 20);
                self.troubles -= u32::from(refuse);
                self.server.does(work, refuse);
            }
            Step::Cut(number) => {
                self.troubles -= 1;
                // Some of what was on its way arrives nevertheless.
                let arrived = self.chance.random_range(0..=self.clients[number].up.len());
                (0..arrived).for_each(|_| self.arrive(number));
                self.hang_up(number);
            }
            Step::Crash => {
                self.troubles -= 1;
                self.server.crash();
                (0..CLIENTS).for_each(|number| self.hang_up(number));
            }
        }
    }

    fn arrive(&mut self, number: usize) {
        let client = &mut self.clients[number];
        if let (Some(connection), Some(frame)) = (client.connection, client.up.pop_front()) {
            self.server.hear(connection, &client.name, &frame);
        }
    }

    fn hang_up(&mut self, number: usize) {
        let client = &mut self.clients[number];
        client.up.clear();
        if let Some(connection) = client.connection.take() {
            self.server.disconnect(connection);
            let closed = client.witness.entry(Op::Info, Kind::Close);
            self.record([closed]);
        }
    }

    fn record(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for mut entry in entries {
            entry.mono_ns = self.history.len() as u64;
            self.history.push(entry);
        }
    }
}
