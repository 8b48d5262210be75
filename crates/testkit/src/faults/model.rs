//! The real server against a small model of what it promises: whatever people
//! do, and whenever it is killed, both hold the same rooms.

mod expected;
mod operation;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use self::operation::Operation;
use self::world::World;
use crate::{Person, Process};

/// How many people act.
const PEOPLE: usize = 4;
/// In how many rooms.
const ROOMS: usize = 3;
/// How long a smaller failure is looked for.
const SHRINKING_MS: u32 = 120_000;

/// What the model was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// How many operations the server did as the model did.
    pub operations: u32,
    /// How often it was killed among them.
    pub kills: u32,
}

/// Has `cases` sequences of up to `length` operations done by the server and by
/// the model, and compares after each.
///
/// # Panics
/// With the seed and the shortest sequence found, if the two differ.
pub async fn agrees(server: Process, cases: u32, length: usize, seed: u64) -> Compared {
    let host = server.user("host").await;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        people.push(server.user(&format!("person{number}")).await);
    }
    let rounds = Rounds {
        server: Mutex::new(server),
        host,
        people,
        operations: AtomicU32::new(0),
        kills: AtomicU32::new(0),
    };
    let rounds = Arc::new(rounds);
    let (runtime, running) = (Handle::current(), rounds.clone());
    let ran = tokio::task::spawn_blocking(move || {
        let config = Config {
            cases,
            failure_persistence: None,
            max_shrink_time: SHRINKING_MS,
            ..Config::default()
        };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let chance = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        TestRunner::new_with_rng(config, chance).run(
            &vec(operation::any(), length / 2..=length),
            |operations| {
                runtime.block_on(running.round(&operations));
                Ok(())
            },
        )
    });
    match ran.await.expect("the rounds end") {
        Ok(()) => Compared {
            operations: rounds.operations.load(Ordering::Relaxed),
            kills: rounds.kills.load(Ordering::Relaxed),
        },
        Err(TestError::Fail(reason, operations)) => {
            panic!("with seed {seed}, {reason}\nafter {operations:#?}")
        }
        Err(TestError::Abort(reason)) => panic!("with seed {seed}: {reason}"),
    }
}

struct Rounds {
    server: Mutex<Process>,
    host: Person,
    people: Vec<Person>,
    operations: AtomicU32,
    kills: AtomicU32,
}

impl Rounds {
    /// One sequence, in rooms of its own.
    async fn round(&self, operations: &[Operation]) {
        let mut world = World::new(&self.host, &self.people).await;
        for operation in operations {
            match operation {
                Operation::Kill => {
                    let mut server = self.server.lock().await;
                    server.kill().await;
                    server.starts_again().await;
                    self.kills.fetch_add(1, Ordering::Relaxed);
                }
                other => world.does(other).await,
            }
        }
        world.compares().await;
        let done = u32::try_from(operations.len()).unwrap_or(u32::MAX);
        self.operations.fetch_add(done, Ordering::Relaxed);
    }
}
