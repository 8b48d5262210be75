use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;
use whatscrap_rooms::RoomId;

use crate::{Carrier, Channel, Heard, Word};

/// How much may wait for a node.
const QUEUE: usize = 8_192;

/// Carries words between nodes of one process. It can be taken away, and then loses what is said.
#[derive(Debug, Clone, Default)]
pub struct Ether(Arc<Mutex<Air>>);

#[derive(Debug, Default)]
struct Air {
    nodes: Vec<Node>,
    is_away: bool,
    /// So many words get lost, and nobody notices.
    loses: usize,
}

#[derive(Debug)]
struct Node {
    followed: HashSet<RoomId>,
    hears: mpsc::Sender<Heard>,
}

/// One node's carrier by an [`Ether`].
#[derive(Debug)]
pub struct EtherCarrier {
    ether: Ether,
    place: usize,
}

impl Ether {
    /// Another node.
    pub fn node(&self) -> (Arc<dyn Carrier>, mpsc::Receiver<Heard>) {
        let (tells, heard) = mpsc::channel(QUEUE);
        let mut air = self.air();
        let followed = HashSet::new();
        let node = Node {
            followed,
            hears: tells,
        };
        node.hears(Heard::Back);
        air.nodes.push(node);
        let place = air.nodes.len() - 1;
        let ether = self.clone();
        (Arc::new(EtherCarrier { ether, place }), heard)
    }

    /// Nobody hears anything until [`Ether::comes_back`].
    pub fn goes_away(&self) {
        let mut air = self.air();
        air.is_away = true;
        air.nodes.iter().for_each(|node| node.hears(Heard::Away));
    }

    /// Words are heard again.
    pub fn comes_back(&self) {
        let mut air = self.air();
        air.is_away = false;
        air.nodes.iter().for_each(|node| node.hears(Heard::Back));
    }

    /// The next so many words get lost, and nobody notices.
    pub fn loses(&self, count: usize) {
        self.air().loses = count;
    }

    fn air(&self) -> std::sync::MutexGuard<'_, Air> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node {
    fn hears(&self, heard: Heard) {
        // A node that is gone hears nothing.
        let _ = self.hears.try_send(heard);
    }
}

impl Carrier for EtherCarrier {
    fn say(&self, channel: Channel, word: Word) {
        let mut air = self.ether.air();
        if let Some(left) = air.loses.checked_sub(1) {
            air.loses = left;
            return;
        }
        for node in air.nodes.iter().filter(|_| !air.is_away) {
            let is_for_it = match channel {
                Channel::All => true,
                Channel::Room(room) => node.followed.contains(&room),
            };
            if is_for_it {
                node.hears(Heard::Word(word.clone()));
            }
        }
    }

    fn follow(&self, room: RoomId) {
        let mut air = self.ether.air();
        let is_away = air.is_away;
        let node = &mut air.nodes[self.place];
        node.followed.insert(room);
        if !is_away {
            node.hears(Heard::Following(room));
        }
    }

    fn unfollow(&self, room: RoomId) {
        self.ether.air().nodes[self.place].followed.remove(&room);
    }
}
