//! Who is there, as every node sees it.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{NODES, Nodes};
use crate::faults::proxy::{Proxy, Weather};
use crate::faults::scenarios::Size;
use crate::faults::{Load, Measured};
use crate::server::{Joined, Person, Site, Socket};

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
        let mut at = person.at_node(chance.random_range(0..NODES));
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
    let expected = script
        .iter()
        .map(|(person, sockets)| (person.username.clone(), !sockets.is_empty()))
        .collect();
    let longest = nodes.agree(&expected).await;
    let longest = longest.expect("no ghosts and nobody missing within a minute");
    let by = nodes.by();
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
