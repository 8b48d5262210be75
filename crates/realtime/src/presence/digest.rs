use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::Presence;
use super::person::Person;
use super::registry::Registry;

/// So many people hear at once of anything that changed. Larger audiences wait their turn.
const SMALL_AUDIENCE: usize = 100;
/// How long large audiences wait for the next digest, for each who heard the last one. A write to
/// a socket costs some ten microseconds: so they cost some hundredths of a core, however large.
const PER_HEARER: Duration = Duration::from_micros(500);
/// How much news one digest brings to large audiences; what is more comes with the next.
const MOST_NEWS: usize = 250;

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News {
    /// Someone is seen otherwise than before.
    Presence(UserId, Presence),
    /// Someone's profile changed: the frame that says so.
    Profile(UserId, Bytes),
}

/// What changed since the last digest, and who hears which of it, each once.
#[derive(Debug, Default)]
pub(super) struct Digest {
    pub(super) news: Vec<News>,
    /// By their place in `news`, ascending. Those who hear the same share a list.
    pub(super) hearers: HashMap<UserId, Arc<[u32]>>,
}

impl Digest {
    /// A person hears these too.
    pub(super) fn hears(&mut self, user: UserId, heard: &Arc<[u32]>) {
        let known = self.hearers.entry(user).or_insert_with(|| heard.clone());
        if known != heard {
            let mut all: Vec<u32> = known.iter().chain(&**heard).copied().collect();
            all.sort_unstable();
            all.dedup();
            *known = all.into();
        }
    }

    /// Adds something to tell, and returns its place.
    pub(super) fn tell(&mut self, news: News) -> u32 {
        self.news.push(news);
        u32::try_from(self.news.len() - 1).expect("a digest is short")
    }

    /// A person is not told how they are seen, but of their profile on their every device.
    fn mind_oneself(&mut self) {
        for place in 0..self.news.len() {
            let index = u32::try_from(place).expect("a digest is short");
            match self.news[place] {
                News::Profile(user, _) => self.hears(user, &Arc::from([index])),
                News::Presence(user, _) => {
                    if let Some(heard) = self.hearers.get_mut(&user)
                        && heard.binary_search(&index).is_ok()
                    {
                        *heard = heard.iter().copied().filter(|at| *at != index).collect();
                    }
                }
            }
        }
        self.hearers.retain(|_, heard| !heard.is_empty());
    }
}

impl Registry {
    /// Takes what is to be told now.
    pub(super) fn digest(&mut self, now: Instant) -> Digest {
        self.settle(now);
        let mut digest = Digest::default();
        let (looked_at, crowds) = self.take_due(&mut digest, now);
        self.introduce(&mut digest);
        digest.mind_oneself();
        if self.nodes.are_told() {
            // Who is only elsewhere hears it there.
            let is_here = |user: &UserId| self.people.get(user).is_some_and(Person::is_here);
            digest.hearers.retain(|user, _| is_here(user));
        }
        if crowds {
            let hearers = u32::try_from(digest.hearers.len()).unwrap_or(u32::MAX);
            self.crowds_wait_until = Some(now + PER_HEARER * hearers);
        }
        for user in looked_at {
            self.forget_if_gone(user);
        }
        digest
    }

    /// Finds out what changed of those of whom something may have, and who hears it. Returns whom
    /// it looked at, and whether large audiences hear something.
    fn take_due(&mut self, digest: &mut Digest, now: Instant) -> (Vec<UserId>, bool) {
        let may_crowds = self.crowds_wait_until.is_none_or(|at| at <= now);
        let (mut looked_at, mut waiting) = (Vec::new(), VecDeque::new());
        let mut by_room: HashMap<RoomId, Vec<u32>> = HashMap::new();
        let mut crowds = false;
        for user in std::mem::take(&mut self.due) {
            let Some(person) = self.people.get_mut(&user) else {
                continue;
            };
            let presence = person.presence(now);
            let is_seen_anew = presence != person.told || person.was_shown;
            if is_seen_anew || person.profile.is_some() {
                let members = person.rooms.iter().filter_map(|room| self.rooms.get(room));
                let audience: usize = members.map(HashSet::len).sum();
                if audience > SMALL_AUDIENCE {
                    if !may_crowds || digest.news.len() >= MOST_NEWS {
                        waiting.push_back(user);
                        continue;
                    }
                    crowds = true;
                }
                person.told = presence;
                person.was_shown = false;
                let seen = is_seen_anew.then_some(News::Presence(user, presence));
                let profile = person.profile.take();
                let profile = profile.map(|frame| News::Profile(user, frame));
                for news in [seen, profile].into_iter().flatten() {
                    let place = digest.tell(news);
                    for room in &person.rooms {
                        by_room.entry(*room).or_default().push(place);
                    }
                }
            }
            person.is_due = false;
            looked_at.push(user);
        }
        self.due = waiting;
        for (room, heard) in by_room {
            let heard: Arc<[u32]> = heard.into();
            for user in self.rooms.get(&room).into_iter().flatten() {
                digest.hears(*user, &heard);
            }
        }
        (looked_at, crowds)
    }
}
