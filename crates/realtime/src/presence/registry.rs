use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use bytes::Bytes;
use tokio::time::Instant;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::elsewhere::Nodes;
use super::person::{Lease, Person};
use super::{Presence, PresenceTiming};

/// In a room where more people are online, nobody is greeted with who they are: a page asks for
/// the members that it shows. What they do from then on is told there too.
pub(super) const CROWD: usize = 1_000;
/// How many people a greeting names at most: 45 bytes each, half of what a frame may hold.
pub(super) const MOST_NAMED: usize = 10_000;

/// Names a connection's lease on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LeaseId(u64);

/// The leases of this node's connections, and who shares a room with whom.
#[derive(Debug)]
pub(crate) struct Registry {
    timing: PresenceTiming,
    pub(super) people: HashMap<UserId, Person>,
    /// Who of `people` is in a room.
    pub(super) rooms: HashMap<RoomId, HashSet<UserId>>,
    /// When leases are to be looked at: at their end, or before it if they were renewed.
    ends: BTreeMap<(Instant, LeaseId), UserId>,
    /// Of whom there may be something to tell.
    pub(super) due: VecDeque<UserId>,
    /// Who came into a room while online: they and those in it have not been told of each other.
    pub(super) meetings: VecDeque<(UserId, RoomId)>,
    /// Whose profile changed and has not been read.
    renamed: HashSet<UserId>,
    /// Before that, nothing is told to large audiences.
    pub(super) crowds_wait_until: Option<Instant>,
    /// When the next digest is going to look, if nothing happens before.
    pub(super) planned: Option<Instant>,
    last_lease: u64,
    pub(super) nodes: Nodes,
}

impl Registry {
    pub(super) fn new(timing: PresenceTiming) -> Self {
        Self {
            timing,
            people: HashMap::new(),
            rooms: HashMap::new(),
            ends: BTreeMap::new(),
            due: VecDeque::new(),
            meetings: VecDeque::new(),
            renamed: HashSet::new(),
            crowds_wait_until: None,
            planned: None,
            last_lease: 0,
            nodes: Nodes::default(),
        }
    }

    /// A connection begins. It shows nobody before it [appears](Self::appear).
    pub(crate) fn connect(&mut self, user: UserId, now: Instant) -> LeaseId {
        self.last_lease += 1;
        let id = LeaseId(self.last_lease);
        let lease = Lease {
            id,
            presence: Presence::Offline,
            looks_at: None,
            until: now + self.timing.lease,
            is_open: true,
        };
        self.people.entry(user).or_default().leases.push(lease);
        id
    }

    /// A connection was greeted: its person is active.
    pub(crate) fn appear(&mut self, user: UserId, id: LeaseId, stays_away: bool, now: Instant) {
        if let Some(person) = self.people.get_mut(&user) {
            person.stays_away = stays_away;
        }
        self.ends.insert((now + self.timing.lease, id), user);
        self.say(user, id, Presence::Active, None, now);
    }

    /// What the person does at this connection.
    pub(crate) fn say(
        &mut self,
        user: UserId,
        id: LeaseId,
        presence: Presence,
        looks_at: Option<RoomId>,
        now: Instant,
    ) {
        self.extend(user, id, now, |lease| {
            lease.presence = presence;
            lease.looks_at = looks_at;
        });
    }

    /// The connection gave a sign of life.
    pub(crate) fn renew(&mut self, user: UserId, id: LeaseId, now: Instant) {
        self.extend(user, id, now, |_| ());
    }

    /// Lets a lease run on, also one that had run out: this server may have stood still.
    fn extend(&mut self, user: UserId, id: LeaseId, now: Instant, change: impl FnOnce(&mut Lease)) {
        let until = now + self.timing.lease;
        let person = self.people.get_mut(&user);
        let Some(lease) = person.and_then(|person| person.lease(id)) else {
            return;
        };
        let (presence, looked_at, was_running) =
            (lease.presence, lease.looks_at, lease.until > now);
        change(lease);
        lease.until = until;
        let is_seen_anew = lease.presence != presence || !was_running;
        let looks_elsewhere = lease.looks_at != looked_at;
        if !was_running {
            self.ends.insert((until, id), user);
        }
        if is_seen_anew || looks_elsewhere {
            self.nodes.stir(user);
        }
        if is_seen_anew {
            self.is_due(user);
        }
    }

    /// The connection ended. Whoever it showed may come right back.
    pub(crate) fn close(&mut self, user: UserId, id: LeaseId, now: Instant) {
        let lease = self
            .people
            .get_mut(&user)
            .and_then(|person| person.lease(id));
        if let Some(lease) = lease {
            if lease.presence == Presence::Offline {
                return self.end(user, id);
            }
            lease.looks_at = None;
            lease.is_open = false;
            lease.until = lease.until.min(now + self.timing.grace);
            self.ends.insert((lease.until, id), user);
            self.nodes.stir(user);
        }
    }

    /// The connection has been silent for too long: it shows nobody any more.
    pub(crate) fn end(&mut self, user: UserId, id: LeaseId) {
        if let Some(person) = self.people.get_mut(&user) {
            person.leases.retain(|lease| lease.id != id);
            self.nodes.stir(user);
            self.is_due(user);
        }
    }

    /// A person whose connections are here is in this room.
    pub(crate) fn enter(&mut self, user: UserId, room: RoomId, now: Instant) {
        let person = self.people.entry(user).or_default();
        if person.rooms.insert(room) {
            self.rooms.entry(room).or_default().insert(user);
            if person.presence(now) != Presence::Offline {
                self.meetings.push_back((user, room));
            }
        }
    }

    /// A person is not in this room any more.
    pub(crate) fn exit(&mut self, user: UserId, room: RoomId) {
        if let Some(person) = self.people.get_mut(&user) {
            person.rooms.remove(&room);
            self.out_of(user, room);
        }
    }

    /// A person's profile changed.
    pub(crate) fn rename(&mut self, user: UserId) {
        self.renamed.insert(user);
    }

    pub(super) fn take_renamed(&mut self) -> Vec<UserId> {
        self.renamed.drain().collect()
    }

    /// The new profile of a person, and in which rooms it is told if they are not here.
    pub(super) fn put_profile(
        &mut self,
        user: UserId,
        stays_away: bool,
        frame: Bytes,
        rooms: impl IntoIterator<Item = RoomId>,
    ) {
        let person = self.people.entry(user).or_default();
        person.stays_away = stays_away;
        person.profile = Some(frame);
        for room in rooms {
            person.rooms.insert(room);
            self.rooms.entry(room).or_default().insert(user);
        }
        self.nodes.stir(user);
        self.is_due(user);
    }

    pub(super) fn knows(&self, user: UserId) -> bool {
        self.people.contains_key(&user)
    }

    pub(super) fn presence(&self, user: UserId, now: Instant) -> Presence {
        let person = self.people.get(&user);
        person.map_or(Presence::Offline, |person| person.presence(now))
    }

    pub(super) fn looks_at(&self, user: UserId, room: RoomId, now: Instant) -> bool {
        let person = self.people.get(&user);
        person.is_some_and(|person| person.looks_at(room, now))
    }

    /// Whom a person shares a room with, and how they are seen, unless they are offline; those of
    /// small rooms first.
    pub(super) fn around(&mut self, user: UserId, now: Instant) -> HashMap<UserId, Presence> {
        let rooms = self.people.get(&user).map(|person| &person.rooms);
        let rooms = rooms.into_iter().flatten();
        let members = rooms.filter_map(|room| self.rooms.get(room));
        let mut members: Vec<_> = members.filter(|room| room.len() <= CROWD).collect();
        members.sort_by_key(|room| room.len());
        let mut others = HashSet::new();
        for other in members.into_iter().flatten() {
            if others.len() == MOST_NAMED {
                break;
            }
            if *other != user {
                others.insert(*other);
            }
        }
        let mut around = HashMap::with_capacity(others.len());
        for other in others {
            let Some(person) = self.people.get_mut(&other) else {
                continue;
            };
            let presence = person.presence(now);
            if presence != Presence::Offline {
                around.insert(other, presence);
            }
            if presence != person.told {
                person.was_shown = true;
                self.is_due(other);
            }
        }
        around
    }

    /// Ends the leases that are over.
    pub(super) fn settle(&mut self, now: Instant) {
        while let Some(entry) = self.ends.first_entry()
            && entry.key().0 <= now
        {
            let ((_, id), user) = entry.remove_entry();
            let Some(person) = self.people.get_mut(&user) else {
                continue;
            };
            match person.lease(id).map(|lease| (lease.until, lease.is_open)) {
                Some((until, _)) if until > now => {
                    self.ends.insert((until, id), user);
                }
                // Its connection is still there: it may give a sign of life.
                Some((_, true)) => {
                    self.nodes.stir(user);
                    self.is_due(user);
                }
                Some((_, false)) => self.end(user, id),
                None => {}
            }
        }
    }

    /// When there is something for the next digest to look at, if nothing happens before.
    pub(super) fn next_look(&self, now: Instant) -> Option<Instant> {
        let end = self.ends.first_key_value().map(|((at, _), _)| *at);
        let waiting = (!self.due.is_empty()).then(|| self.crowds_wait_until.unwrap_or(now));
        let meeting = (!self.meetings.is_empty() || !self.renamed.is_empty()).then_some(now);
        [end, waiting, meeting].into_iter().flatten().min()
    }

    pub(super) fn is_due(&mut self, user: UserId) {
        if let Some(person) = self.people.get_mut(&user)
            && !person.is_due
        {
            person.is_due = true;
            self.due.push_back(user);
        }
    }

    /// Forgets a person if there is nothing more to tell of them.
    pub(super) fn forget_if_gone(&mut self, user: UserId) {
        if self
            .people
            .get(&user)
            .is_some_and(|person| !person.is_needed())
            && let Some(person) = self.people.remove(&user)
        {
            for room in person.rooms {
                self.out_of(user, room);
            }
        }
    }

    fn out_of(&mut self, user: UserId, room: RoomId) {
        if let Some(members) = self.rooms.get_mut(&room) {
            members.remove(&user);
            if members.is_empty() {
                self.rooms.remove(&room);
            }
        }
    }
}
