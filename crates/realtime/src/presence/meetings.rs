use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use super::Presence;
use super::digest::{Digest, News};
use super::registry::{CROWD, Registry};

/// How many pairs of people one digest introduces to each other, about.
const PAIRS: usize = 20_000;

impl Registry {
    /// Whoever came into a room hears who is there, and those hear of them, unless they knew of
    /// each other by another room.
    pub(super) fn introduce(&mut self, digest: &mut Digest) {
        let told = digest.news.iter().filter_map(|news| match news {
            News::Presence(user, _) => Some(*user),
            News::Profile(..) => None,
        });
        let told: HashSet<UserId> = told.collect();
        let mut places = HashMap::new();
        let mut pairs = 0;
        while pairs < PAIRS
            && let Some((newcomer, room)) = self.meetings.pop_front()
        {
            pairs += self.meet(newcomer, room, &told, &mut places, digest);
        }
    }

    fn meet(
        &self,
        newcomer: UserId,
        room: RoomId,
        told: &HashSet<UserId>,
        places: &mut HashMap<UserId, Arc<[u32]>>,
        digest: &mut Digest,
    ) -> usize {
        let members = self.rooms.get(&room).filter(|all| all.len() <= CROWD);
        let (Some(members), Some(one)) = (members, self.people.get(&newcomer)) else {
            return 0;
        };
        if !members.contains(&newcomer) {
            return 0;
        }
        let mut hears = |hearer, seen: UserId, presence| {
            if presence != Presence::Offline && !told.contains(&seen) {
                let place = places.entry(seen).or_insert_with(|| {
                    let place = digest.tell(News::Presence(seen, presence));
                    Arc::from([place])
                });
                let place = place.clone();
                digest.hears(hearer, &place);
            }
        };
        for member in members.iter().filter(|member| **member != newcomer) {
            let Some(other) = self.people.get(member) else {
                continue;
            };
            if !one.shares_another(other, room) {
                hears(newcomer, *member, other.told);
                hears(*member, newcomer, one.told);
            }
        }
        members.len()
    }
}
