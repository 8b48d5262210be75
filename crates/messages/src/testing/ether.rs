use std::collections::{HashSet, VecDeque};
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
    /// Every other word of a room is kept here until after the next two, if this is there.
    late: Option<VecDeque<(Channel, Word)>>,
    said: usize,
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

    /// From here on every other word of a room comes too late for its place.
    pub fn confuses(&self) {
        self.air().late = Some(VecDeque::new());
    }

    /// What is late comes, and all else in its turn.
    pub fn calms(&self) {
        let mut air = self.air();
        for (channel, word) in air.late.take().into_iter().flatten() {
            air.carry(channel, &word);
        }
    }

    fn air(&self) -> std::sync::MutexGuard<'_, Air> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Air {
    fn say(&mut self, channel: Channel, word: Word) {
        let (Some(late), Channel::Room(_)) = (&mut self.late, channel) else {
            return self.carry(channel, &word);
        };
        self.said += 1;
        if self.said % 2 == 1 {
            return late.push_back((channel, word));
        }
        let due = (late.len() > 1).then(|| late.pop_front()).flatten();
        self.carry(channel, &word);
        if let Some((channel, word)) = due {
            self.carry(channel, &word);
        }
    }

    fn carry(&self, channel: Channel, word: &Word) {
        for node in self.nodes.iter().filter(|_| !self.is_away) {
            let is_for_it = match channel {
                Channel::All => true,
                Channel::Room(room) => node.followed.contains(&room),
            };
            if is_for_it {
                node.hears(Heard::Word(word.clone()));
            }
        }
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
        air.say(channel, word);
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
