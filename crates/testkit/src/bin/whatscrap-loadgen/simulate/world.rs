//! An ordinary hour: what people do, what nodes, Redis and PostgreSQL have to do for it.

use super::measured::{
    DATABASE_AT, DELIVERY, ENTRY, HEAR, HEARTBEAT, LOOK_DATABASE, LOOK_NODE, PERSON_BYTES, POST,
    PUBLISH, PUSH, SAY, SOCKET_BYTES, TELLING,
};

/// Of sockets: each is asked for a sign of life once in so many seconds.
const HEARTBEATS_EVERY: f64 = 25.0;
/// Each node looks how far the rooms that are heard there have come once in so many seconds.
const LOOKS_EVERY: f64 = 5.0;
/// How often a node says what its people did, in a second, and of how many one word speaks.
const WORDS_A_SECOND: f64 = 2.0;
const PEOPLE_A_WORD: f64 = 50.0;
/// How often a node says that it lives.
const LIVES_A_SECOND: f64 = 1.0;
/// From so many on an audience is a crowd, of whom each node tells so many in a second.
const CROWD: f64 = 100.0;
const CROWD_TOLD: f64 = 2_000.0;

/// People who are online, a socket each, on nodes that Redis joins. Everybody and every room is
/// like every other; who is where is chance.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) sockets: f64,
    pub(super) nodes: f64,
    /// In how many rooms each is.
    pub(super) rooms: f64,
    /// Of a room, also those who are not online.
    pub(super) members: f64,
    /// What part of them is online.
    pub(super) online: f64,
    /// Of one person in an hour.
    pub(super) posts: f64,
    /// How often one person comes, goes, goes away or comes back in an hour.
    pub(super) changes: f64,
}

/// What happens in a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow {
    pub(super) posts: f64,
    pub(super) deliveries: f64,
    /// Words that nodes say, and that Redis pushes to nodes.
    pub(super) said: f64,
    pub(super) pushed: f64,
    /// Changes of presence. Every node hears of each.
    pub(super) changes: f64,
    /// Writes that bring such changes to the sockets of one node, as many as there would be, and
    /// as there are.
    pub(super) tellings_due: f64,
    pub(super) tellings: f64,
    /// Rooms that are heard on one node.
    pub(super) rooms_heard: f64,
}

/// Parts of a core that are busy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Busy {
    /// On each node: messages, people, looks, heartbeats.
    pub(super) messages: f64,
    pub(super) people: f64,
    pub(super) looks: f64,
    pub(super) heartbeats: f64,
    pub(super) database: f64,
    pub(super) redis: f64,
}

impl World {
    /// Teams: rooms of fifty.
    pub(super) const fn of_teams(sockets: f64, nodes: f64) -> Self {
        Self {
            sockets,
            nodes,
            rooms: 20.0,
            members: 50.0,
            online: 0.2,
            posts: 6.0,
            changes: 4.0,
        }
    }

    /// How many hear a room.
    fn audience(&self) -> f64 {
        (self.members * self.online).clamp(1.0, self.sockets)
    }

    /// On how many nodes a room is heard.
    pub(super) fn nodes_hearing(&self) -> f64 {
        self.nodes * (1.0 - (1.0 - self.nodes.recip()).powf(self.audience()))
    }

    pub(super) fn flow(&self) -> Flow {
        let Self { sockets, nodes, .. } = *self;
        let posts = sockets * self.posts / 3_600.0;
        let changes = sockets * self.changes / 3_600.0;
        let around = (self.rooms * (self.audience() - 1.0)).min(sockets - 1.0);
        let tellings_due = changes * around / nodes;
        let is_crowd = self.rooms * self.audience() > CROWD;
        let most = if is_crowd { CROWD_TOLD } else { f64::MAX };
        let all_rooms = sockets * self.rooms / self.audience();
        let (mut said, mut pushed) = (0.0, 0.0);
        if nodes > 1.0 {
            // That it lives, who changed, and who posted, which counts against every node's limits.
            let each = LIVES_A_SECOND + words(changes / nodes) + words(posts / nodes);
            let of_people = nodes * each;
            said = posts + of_people;
            pushed = posts * self.nodes_hearing() + of_people * nodes;
        }
        Flow {
            posts,
            deliveries: posts * self.audience(),
            said,
            pushed,
            changes,
            tellings_due,
            tellings: tellings_due.min(most),
            rooms_heard: all_rooms * self.nodes_hearing() / nodes,
        }
    }

    pub(super) fn busy(&self) -> Busy {
        let flow = self.flow();
        let shared = |micros: f64| micros / self.nodes / 1e6;
        let is_shared = if self.nodes > 1.0 { 1.0 } else { 0.0 };
        let heard = flow.posts * self.nodes_hearing() * is_shared;
        let looks = is_shared * flow.rooms_heard / LOOKS_EVERY;
        let entries = is_shared * (flow.changes + flow.posts);
        Busy {
            messages: shared(
                flow.posts * (POST + SAY * is_shared) + flow.deliveries * DELIVERY + heard * HEAR,
            ),
            people: (entries * ENTRY + flow.tellings * TELLING) / 1e6,
            looks: looks * LOOK_NODE / 1e6,
            heartbeats: shared(self.sockets / HEARTBEATS_EVERY * HEARTBEAT),
            database: committing(flow.posts) + self.nodes * looks * LOOK_DATABASE / 1e6,
            redis: (flow.said * PUBLISH + flow.pushed * PUSH) / 1e6,
        }
    }

    /// What one node remembers.
    pub(super) fn bytes(&self) -> f64 {
        let people = if self.nodes > 1.0 { self.sockets } else { 0.0 };
        self.sockets / self.nodes * SOCKET_BYTES + people * PERSON_BYTES
    }
}

impl Busy {
    /// Of one node.
    pub(super) fn node(&self) -> f64 {
        self.messages + self.people + self.looks + self.heartbeats
    }
}

/// How much of PostgreSQL's core takes it to commit so many posts a second: between two that were
/// measured, as the one's share becomes the other's; beyond them, in proportion.
fn committing(posts: f64) -> f64 {
    let (least, most) = (DATABASE_AT[0], DATABASE_AT[DATABASE_AT.len() - 1]);
    let around = DATABASE_AT.windows(2).find(|two| posts <= two[1].0);
    match around {
        _ if posts <= least.0 => least.1 * posts / least.0,
        Some(two) => {
            let part = (posts / two[0].0).ln() / (two[1].0 / two[0].0).ln();
            two[0].1 * (two[1].1 / two[0].1).powf(part)
        }
        None => most.1 * posts / most.0,
    }
}

/// How many words a second it takes to say so much: none while nothing is to be said.
fn words(entries: f64) -> f64 {
    let each = entries / WORDS_A_SECOND;
    WORDS_A_SECOND * (1.0 - (-each).exp()).max(each / PEOPLE_A_WORD)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::simulate::measured::ALL;

    #[test]
    fn nodes_cost_what_they_were_measured_to() {
        for (nodes, members, measured) in ALL {
            let world = World {
                sockets: 1_000.0,
                nodes,
                rooms: 1.0,
                members,
                online: 1.0,
                posts: 200.0 * 3_600.0 / 1_000.0,
                changes: 0.0,
            };
            let busy = world.busy();
            let all = nodes * busy.node() + busy.database + busy.redis;
            let a_million = all * 1e6 / world.flow().deliveries;
            let ratio = a_million / measured;
            assert!((0.85..1.15).contains(&ratio), "{a_million}: {ratio}");
        }
    }

    #[test]
    fn committing_costs_what_was_measured_and_what_is_between() {
        for (posts, busy) in DATABASE_AT {
            assert!((committing(posts) - busy).abs() < 1e-9);
        }
        assert!((committing(25.0) - 0.045).abs() < 1e-9);
        assert!((0.205..0.388).contains(&committing(1_000.0)));
        assert!((committing(15_920.0) - 0.9).abs() < 1e-9);
    }

    #[test]
    fn a_room_is_heard_on_as_many_nodes_as_drawing_lots_finds() {
        const ROOMS: usize = 20_000;
        let world = World::of_teams(10_000.0, 7.0);
        let mut chance = StdRng::seed_from_u64(1);
        let mut found = 0;
        for _ in 0..ROOMS {
            let heard: HashSet<_> = (0..10).map(|_| chance.random_range(0..7)).collect();
            found += heard.len();
        }
        let drawn = crate::report::precise(found as u64) / crate::report::precise(ROOMS as u64);
        let reckoned = world.nodes_hearing();
        assert!((drawn / reckoned - 1.0).abs() < 0.01, "{drawn}, {reckoned}");
    }

    #[test]
    fn one_node_says_nothing_to_others() {
        let world = World::of_teams(10_000.0, 1.0);
        let (flow, busy) = (world.flow(), world.busy());
        assert_eq!((flow.said, flow.pushed), (0.0, 0.0));
        assert_eq!((busy.redis, busy.looks), (0.0, 0.0));
        assert!(busy.node() > 0.0 && busy.database > 0.0);
    }

    #[test]
    fn what_every_node_hears_does_not_shrink_with_more_of_them() {
        let [ten, hundred] = [10.0, 100.0].map(|nodes| World::of_teams(1e6, nodes).busy());
        assert!(hundred.messages < ten.messages / 5.0);
        assert!(hundred.people > ten.people * 0.9, "{ten:?} {hundred:?}");
    }

    #[test]
    fn a_crowd_is_told_no_faster_than_its_pace() {
        let small = World::of_teams(1_000.0, 1.0).flow();
        assert!((small.tellings - small.tellings_due).abs() < f64::EPSILON);
        let large = World::of_teams(1e6, 5.0).flow();
        assert!((large.tellings - CROWD_TOLD).abs() < f64::EPSILON);
        assert!(large.tellings_due > CROWD_TOLD);
    }

    #[test]
    fn few_entries_take_a_word_each_and_many_share_one() {
        assert!((words(0.01) - 0.01).abs() < 0.001);
        assert!((words(20.0) - WORDS_A_SECOND).abs() < 0.01);
        assert!((words(1_000.0) - 20.0).abs() < 1e-9);
    }
}
