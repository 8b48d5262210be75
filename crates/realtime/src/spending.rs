use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use whatscrap_users::UserId;

/// How many different things may wait to be told, or to be counted. What is more is not.
const MOST: usize = 10_000;

/// What is done by somebody who may not do it too often, on whichever node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spent {
    /// A post.
    Post(UserId),
    /// The beginning of a direct room.
    DirectRoom(UserId),
    /// An invitation.
    Invitation(UserId),
    /// A search.
    Search(UserId),
    /// An account made from this address.
    Registration(IpAddr),
}

/// What people did on this node, on its way to the others, and what they did there. Every node
/// counts all of it by its own limits, so that a limit holds wherever one comes; while nodes do
/// not hear each other, each counts what it sees.
#[derive(Debug, Default)]
pub struct Spending {
    is_shared: AtomicBool,
    here: Mutex<HashMap<Spent, u32>>,
    elsewhere: Mutex<HashMap<Spent, u32>>,
    stir: Notify,
}

impl Spending {
    /// Somebody did it on this node.
    pub fn note(&self, spent: Spent) {
        if self.is_shared.load(Ordering::Relaxed) {
            add(&mut lock(&self.here), spent, 1);
        }
    }

    /// What was done on other nodes since this was last asked, and how often; waits for it.
    pub async fn elsewhere(&self) -> HashMap<Spent, u32> {
        loop {
            let spent = std::mem::take(&mut *lock(&self.elsewhere));
            if !spent.is_empty() {
                return spent;
            }
            self.stir.notified().await;
        }
    }

    pub(crate) fn is_shared_from_here_on(&self) {
        self.is_shared.store(true, Ordering::Relaxed);
    }

    pub(crate) fn take(&self) -> HashMap<Spent, u32> {
        std::mem::take(&mut *lock(&self.here))
    }

    pub(crate) fn hear(&self, spent: Spent, times: u32) {
        add(&mut lock(&self.elsewhere), spent, times);
        self.stir.notify_one();
    }
}

fn add(all: &mut HashMap<Spent, u32>, spent: Spent, times: u32) {
    if all.len() < MOST || all.contains_key(&spent) {
        let count = all.entry(spent).or_default();
        *count = count.saturating_add(times);
    }
}

fn lock<T>(all: &Mutex<T>) -> MutexGuard<'_, T> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}
