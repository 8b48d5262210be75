//! What was measured on one core (`docs/performance.md`, "Several nodes"), and what was not. Costs are
//! microseconds of a core.

/// A post on the node where it is sent, and each of its deliveries: 200 posts a second on one node
/// alone, once in rooms of 100 and once of ten. Posts and deliveries that come together cost less.
pub(super) const POST: f64 = 660.0;
pub(super) const DELIVERY: f64 = 11.0;

/// How much of PostgreSQL's core so many posts a second take; they are committed in groups.
pub(super) const DATABASE_AT: [(f64, f64); 4] = [
    (50.0, 0.09),
    (200.0, 0.205),
    (2_770.0, 0.388),
    (7_960.0, 0.450),
];

/// A word that is said, and one that is heard: rooms of ten on one, two and three nodes by Redis.
pub(super) const SAY: f64 = 115.0;
pub(super) const HEAR: f64 = 15.0;
/// The same for Redis: each word, and each node that it is pushed to. Words that come together
/// cost less.
pub(super) const PUBLISH: f64 = 53.0;
pub(super) const PUSH: f64 = 10.0;

/// A change of presence that a node hears of, at most: a hundred a second on three nodes.
pub(super) const ENTRY: f64 = 20.0;
/// One that it writes to a socket: 1,000 people in one room.
pub(super) const TELLING: f64 = 15.0;

/// A room that a node looks at, and the same for PostgreSQL: 10,000 rooms on two and three nodes.
pub(super) const LOOK_NODE: f64 = 2.0;
pub(super) const LOOK_DATABASE: f64 = 5.0;

/// A socket that comes, and is greeted: 10,000 of them.
pub(super) const COMING_NODE: f64 = 98.0;
pub(super) const COMING_DATABASE: f64 = 27.0;
/// A sign of life of each of them.
pub(super) const HEARTBEAT: f64 = 30.0;
/// What a node remembers for each.
pub(super) const SOCKET_BYTES: f64 = 10_300.0;

/// Not measured: what a node remembers of a person who is on another, with twenty rooms. Reckoned
/// by the layout of its hash tables.
pub(super) const PERSON_BYTES: f64 = 1_500.0;

/// CPU seconds of everything for a million deliveries at 200 posts a second by Redis: on two nodes in
/// rooms of 100, which nothing above was made from, and on three in rooms of ten. A test compares.
#[cfg(test)]
pub(super) const ALL: [(f64, f64, f64); 2] = [(2.0, 100.0, 29.0), (3.0, 10.0, 223.0)];
