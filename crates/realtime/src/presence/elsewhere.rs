//! People as other nodes see them, and what this node says of its own.
//!
//! A node's word of a person is a lease like that of a connection: it holds until the node says
//! otherwise or is not heard of any more, and nothing is counted.

use std::collections::{HashMap, HashSet};

use tokio::time::Instant;
use whatscrap_kernel::Uuid;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::Presence;
use super::registry::Registry;

/// How a node sees a person by its own connections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) presence: Presence,
    /// The rooms they look at.
    pub(crate) looks_at: Vec<RoomId>,
}

/// What this node and the others say to each other.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// Whether there are others.
    are_told: bool,
    /// Whose connections here may have said something new.
    stirred: HashSet<UserId>,
    /// What the others were told of those who are not offline here.
    said: HashMap<UserId, Seen>,
    /// Of whom each of the others spoke, and in which of its accounts last.
    others: HashMap<Uuid, HashMap<UserId, u64>>,
}

impl Nodes {
    /// Whether there are others.
    pub(super) fn are_told(&self) -> bool {
        self.are_told
    }

    /// This node may see someone otherwise now.
    pub(super) fn stir(&mut self, user: UserId) {
        if self.are_told {
            self.stirred.insert(user);
        }
    }
}

impl Registry {
    /// From here on other nodes are told of the people who are here.
    pub(crate) fn tell_nodes(&mut self) {
        self.nodes.are_told = true;
    }

    /// Who is seen otherwise by this node's own connections than the others were told.
    pub(crate) fn take_news(&mut self, now: Instant) -> Vec<(UserId, Seen)> {
        self.settle(now);
        let mut news = Vec::new();
        for user in std::mem::take(&mut self.nodes.stirred) {
            let person = self.people.get(&user);
            let seen = person.map_or_else(Seen::default, |person| person.seen_here(now));
            let said = self.nodes.said.get(&user);
            if said.unwrap_or(&Seen::default()) != &seen {
                if seen.presence == Presence::Offline {
                    self.nodes.said.remove(&user);
                } else {
                    self.nodes.said.insert(user, seen.clone());
                }
                news.push((user, seen));
            }
        }
        news
    }

    /// Everybody who is not offline here, as the others were told.
    pub(crate) fn account(&self) -> Vec<(UserId, Seen)> {
        let said = self.nodes.said.iter();
        said.map(|(user, seen)| (*user, seen.clone())).collect()
    }

    /// Who of these is not known here: their rooms are to be read first.
    pub(crate) fn strangers(&self, users: impl IntoIterator<Item = UserId>) -> Vec<UserId> {
        let users = users.into_iter();
        users
            .filter(|user| !self.people.contains_key(user))
            .collect()
    }

    /// Another node says how it sees a person, who is in these rooms if they were not known here.
    pub(crate) fn hear_of(
        &mut self,
        node: Uuid,
        account: u64,
        user: UserId,
        seen: Seen,
        rooms: impl IntoIterator<Item = RoomId>,
    ) {
        if seen.presence == Presence::Offline {
            if let Some(theirs) = self.nodes.others.get_mut(&node) {
                theirs.remove(&user);
            }
            return self.unsee(node, user);
        }
        self.nodes
            .others
            .entry(node)
            .or_default()
            .insert(user, account);
        let person = self.people.entry(user).or_default();
        person.elsewhere.insert(node, seen);
        for room in rooms {
            person.rooms.insert(room);
            self.rooms.entry(room).or_default().insert(user);
        }
        self.is_due(user);
    }

    /// A node has spoken of everybody: of whom it did not, in this account, is not there.
    pub(crate) fn end_account(&mut self, node: Uuid, account: u64) {
        let theirs = self.nodes.others.get_mut(&node);
        let gone: Vec<_> = theirs
            .into_iter()
            .flat_map(|theirs| theirs.extract_if(|_, spoken| *spoken != account))
            .collect();
        for (user, _) in gone {
            self.unsee(node, user);
        }
    }

    /// A node is not heard of any more.
    pub(crate) fn lose(&mut self, node: Uuid) {
        let theirs = self.nodes.others.remove(&node);
        for user in theirs.into_iter().flatten().map(|(user, _)| user) {
            self.unsee(node, user);
        }
    }

    /// Someone who may be seen elsewhere alone came into a room.
    pub(crate) fn enter_from_elsewhere(&mut self, user: UserId, room: RoomId, now: Instant) {
        let person = self.people.get(&user);
        if person.is_some_and(|person| !person.elsewhere.is_empty()) {
            self.enter(user, room, now);
        }
    }

    fn unsee(&mut self, node: Uuid, user: UserId) {
        if let Some(person) = self.people.get_mut(&user)
            && person.elsewhere.remove(&node).is_some()
        {
            self.is_due(user);
        }
    }
}
