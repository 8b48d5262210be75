use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page, Time};
use whatscrap_users::{User, UserId, Users};

use crate::{
    ChangeRoomError, CreateRoomError, Direct, DirectError, Head, JoinError, LeaveError, Membership,
    MyRoom, NewDirect, NewRoom, NotificationLevel, People, Role, Room, RoomChange, RoomId,
    RoomKind, RoomName, Roommate, Rooms,
};

/// Rooms in memory, of people in another fake.
pub struct FakeRooms {
    users: Arc<dyn Users>,
    rooms: Mutex<BTreeMap<RoomId, Kept>>,
}

/// A room as the fakes of this crate and of messages keep it.
pub struct Kept {
    /// The room.
    pub room: Room,
    /// Who is in.
    pub places: BTreeMap<UserId, Place>,
    /// Who posted the messages 1, 2, 3…
    pub authors: Vec<UserId>,
    /// Which of them are deleted.
    pub deleted: BTreeSet<u64>,
    /// Which messages name whom; `None` is everyone.
    pub mentions: Vec<(u64, Option<UserId>)>,
}

/// Someone's place in a room.
pub struct Place {
    /// What they are there.
    pub role: Role,
    /// Up to which message they have read.
    pub read_seq: u64,
    notifications: Option<NotificationLevel>,
}

impl FakeRooms {
    /// No room yet.
    pub fn new(users: Arc<dyn Users>) -> Self {
        let rooms = Mutex::default();
        Self { users, rooms }
    }

    /// Whom this person sees there, and, where nothing was chosen, what they want of every room.
    async fn completed(&self, mut mine: MyRoom, me: UserId) -> Result<MyRoom, BackendError> {
        if mine.room.kind == RoomKind::Direct {
            let people: Vec<_> = match self.lock().get(&mine.room.id) {
                Some(kept) => kept.places.keys().copied().collect(),
                None => Vec::new(),
            };
            for user in people.into_iter().filter(|user| *user != me) {
                mine.others.extend(self.users.find(user).await?);
            }
            let name = |user: &User| user.username.as_str().to_owned();
            mine.others.sort_by_key(name);
        } else if !mine.notifications_chosen {
            let preferences = self.users.preferences(me).await?;
            mine.notifications = preferences.unwrap_or_default().level;
        }
        Ok(mine)
    }

    /// Every room, to look at and to change.
    pub fn lock(&self) -> MutexGuard<'_, BTreeMap<RoomId, Kept>> {
        self.rooms.lock().expect("no panic while rooms change")
    }
}

impl Kept {
    fn mine(&self, user: UserId) -> Option<MyRoom> {
        let place = self.places.get(&user)?;
        let read = usize::try_from(place.read_seq).expect("fits");
        let unread = (1..).zip(&self.authors).skip(read);
        let unread = unread.filter(|(seq, author)| **author != user && !self.deleted.contains(seq));
        Some(MyRoom {
            room: self.room.clone(),
            role: place.role,
            read_seq: place.read_seq,
            unread: unread.count() as u64,
            mentions: self.mentions(user, place.read_seq),
            notifications: place.notifications.unwrap_or_default(),
            notifications_chosen: place.notifications.is_some(),
            others: Vec::new(),
        })
    }

    /// How many messages after a position name someone.
    fn mentions(&self, user: UserId, after: u64) -> u64 {
        let names_them = |(seq, whom): &&(u64, Option<UserId>)| {
            let author = self.authors[usize::try_from(*seq - 1).expect("fits")];
            *seq > after && author != user && whom.is_none_or(|whom| whom == user)
        };
        self.mentions.iter().filter(names_them).count() as u64
    }

    fn enter(&mut self, user: UserId, role: Role) {
        let place = Place {
            role,
            read_seq: self.room.last_seq,
            notifications: None,
        };
        self.places.insert(user, place);
    }

    fn has_other_owner(&self, user: UserId) -> bool {
        let mut others = self.places.iter().filter(|(other, _)| **other != user);
        others.any(|(_, place)| place.role == Role::Owner)
    }
}

/// Whether a public room other than this one has this name.
fn is_taken(rooms: &BTreeMap<RoomId, Kept>, id: RoomId, name: &RoomName) -> bool {
    let mut others = rooms.values().filter(|kept| kept.room.id != id);
    others.any(|kept| kept.room.kind == RoomKind::Public && kept.room.name.key() == name.key())
}

fn theirs<'a>(rooms: &'a BTreeMap<RoomId, Kept>, people: &People) -> Option<&'a Kept> {
    let mut direct = rooms
        .values()
        .filter(|kept| kept.room.kind == RoomKind::Direct);
    direct.find(|kept| kept.places.keys().copied().eq(people.iter()))
}

fn page<T>(mut items: Vec<T>, has_before: bool, limit: u32) -> Page<T> {
    let limit = usize::try_from(limit).expect("fits");
    let has_after = items.len() > limit;
    items.truncate(limit);
    Page {
        items,
        has_before,
        has_after,
    }
}

#[async_trait]
impl Rooms for FakeRooms {
    async fn create(&self, new: &NewRoom) -> Result<(), CreateRoomError> {
        let mut rooms = self.lock();
        let room = new.room.clone();
        if room.kind == RoomKind::Public && is_taken(&rooms, room.id, &room.name) {
            return Err(CreateRoomError::NameTaken);
        }
        let mut kept = Kept {
            room,
            places: BTreeMap::new(),
            authors: Vec::new(),
            deleted: BTreeSet::new(),
            mentions: Vec::new(),
        };
        kept.enter(new.owner, Role::Owner);
        rooms.insert(kept.room.id, kept);
        Ok(())
    }

    async fn find_direct(&self, people: &People) -> Result<Option<RoomId>, BackendError> {
        let rooms = self.lock();
        Ok(theirs(&rooms, people).map(|kept| kept.room.id))
    }

    async fn direct(&self, new: &NewDirect) -> Result<Direct, DirectError> {
        for user in new.people.iter() {
            let person = self.users.find(user).await?;
            person.ok_or(DirectError::UnknownPerson)?;
        }
        let mut rooms = self.lock();
        if let Some(kept) = theirs(&rooms, &new.people) {
            return Ok(Direct {
                room: kept.room.id,
                is_new: false,
            });
        }
        let mut kept = Kept {
            room: new.room.clone(),
            places: BTreeMap::new(),
            authors: Vec::new(),
            deleted: BTreeSet::new(),
            mentions: Vec::new(),
        };
        for user in new.people.iter() {
            kept.enter(user, Role::Member);
        }
        rooms.insert(new.room.id, kept);
        Ok(Direct {
            room: new.room.id,
            is_new: true,
        })
    }

    async fn find(&self, room: RoomId) -> Result<Option<Room>, BackendError> {
        Ok(self.lock().get(&room).map(|kept| kept.room.clone()))
    }

    async fn membership(
        &self,
        room: RoomId,
        user: UserId,
    ) -> Result<Option<Membership>, BackendError> {
        Ok(self.lock().get(&room).map(|kept| Membership {
            kind: kept.room.kind,
            role: kept.places.get(&user).map(|place| place.role),
        }))
    }

    async fn inside(&self, room: RoomId, users: &[UserId]) -> Result<Vec<UserId>, BackendError> {
        let rooms = self.lock();
        let places = rooms.get(&room).map(|kept| &kept.places);
        let is_in = |user: &&UserId| places.is_some_and(|places| places.contains_key(user));
        Ok(users.iter().filter(is_in).copied().collect())
    }

    async fn mine(&self, room: RoomId, user: UserId) -> Result<Option<MyRoom>, BackendError> {
        let found = self.lock().get(&room).and_then(|kept| kept.mine(user));
        match found {
            Some(mine) => Ok(Some(self.completed(mine, user).await?)),
            None => Ok(None),
        }
    }

    async fn all_mine(&self, user: UserId) -> Result<Vec<MyRoom>, BackendError> {
        let found: Vec<_> = self
            .lock()
            .values()
            .filter_map(|kept| kept.mine(user))
            .collect();
        let mut mine = Vec::new();
        for one in found {
            mine.push(self.completed(one, user).await?);
        }
        mine.sort_by_key(MyRoom::order);
        Ok(mine)
    }

    async fn heads(&self, user: UserId) -> Result<Vec<Head>, BackendError> {
        let mine = self.all_mine(user).await?;
        let head = |mine: MyRoom| Head {
            room: mine.room.id,
            kind: mine.room.kind,
            role: mine.role,
            seq: mine.room.last_seq,
            version: mine.room.version,
            read_seq: mine.read_seq,
        };
        Ok(mine.into_iter().map(head).collect())
    }

    async fn versions(&self, rooms: &[RoomId]) -> Result<Vec<(RoomId, u64)>, BackendError> {
        let kept = self.lock();
        let version = |room: &RoomId| Some((*room, kept.get(room)?.room.version));
        Ok(rooms.iter().filter_map(version).collect())
    }

    async fn places(&self, users: &[UserId]) -> Result<Vec<(UserId, RoomId)>, BackendError> {
        let kept = self.lock();
        let places = kept.iter().flat_map(|(room, kept)| {
            let inside = users.iter().filter(|user| kept.places.contains_key(user));
            inside.map(|user| (*user, *room))
        });
        Ok(places.collect())
    }

    async fn joinable<'a>(
        &self,
        user: UserId,
        after: Option<&'a RoomName>,
        limit: u32,
    ) -> Result<Page<Room>, BackendError> {
        let mut rooms: Vec<_> = self
            .lock()
            .values()
            .filter(|kept| !kept.places.contains_key(&user))
            .map(|kept| kept.room.clone())
            .filter(|room| room.kind == RoomKind::Public && room.archived_at.is_none())
            .filter(|room| after.is_none_or(|after| room.name.key() > after.key()))
            .collect();
        rooms.sort_by_key(|room| room.name.key());
        Ok(page(rooms, after.is_some(), limit))
    }

    async fn join(
        &self,
        room: RoomId,
        user: UserId,
        role: Role,
        _now: Time,
    ) -> Result<bool, JoinError> {
        let person = self.users.find(user).await?;
        let mut rooms = self.lock();
        let kept = rooms.get_mut(&room).ok_or(JoinError::NotFound)?;
        if kept.places.contains_key(&user) {
            return Ok(false);
        }
        if kept.room.archived_at.is_some() {
            return Err(JoinError::Archived);
        }
        person.ok_or(JoinError::NotFound)?;
        kept.enter(user, role);
        Ok(true)
    }

    async fn leave(&self, room: RoomId, user: UserId) -> Result<(), LeaveError> {
        let mut rooms = self.lock();
        let kept = rooms.get_mut(&room).ok_or(LeaveError::NotAMember)?;
        let place = kept.places.get(&user).ok_or(LeaveError::NotAMember)?;
        if place.role == Role::Owner && kept.places.len() > 1 && !kept.has_other_owner(user) {
            return Err(LeaveError::LastOwner);
        }
        kept.places.remove(&user);
        Ok(())
    }

    async fn set_role(&self, room: RoomId, user: UserId, role: Role) -> Result<(), LeaveError> {
        let mut rooms = self.lock();
        let kept = rooms.get_mut(&room).ok_or(LeaveError::NotAMember)?;
        let has_other_owner = kept.has_other_owner(user);
        let place = kept.places.get_mut(&user).ok_or(LeaveError::NotAMember)?;
        if place.role == Role::Owner && role != Role::Owner && !has_other_owner {
            return Err(LeaveError::LastOwner);
        }
        place.role = role;
        Ok(())
    }

    async fn set_notifications(
        &self,
        room: RoomId,
        user: UserId,
        level: Option<NotificationLevel>,
    ) -> Result<(), BackendError> {
        let mut rooms = self.lock();
        let kept = rooms.get_mut(&room);
        if let Some(place) = kept.and_then(|kept| kept.places.get_mut(&user)) {
            place.notifications = level;
        }
        Ok(())
    }

    async fn size(&self, room: RoomId, most: u32) -> Result<u32, BackendError> {
        let members = self.lock().get(&room).map_or(0, |kept| kept.places.len());
        Ok(u32::try_from(members).unwrap_or(most).min(most))
    }

    async fn members(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Page<Roommate>, BackendError> {
        let roles: Vec<_> = match self.lock().get(&room) {
            Some(kept) => kept
                .places
                .iter()
                .map(|(user, place)| (*user, place.role))
                .collect(),
            None => Vec::new(),
        };
        let mut members = Vec::new();
        for (user, role) in roles {
            let user = self.users.find(user).await?;
            members.extend(user.map(|user| Roommate { user, role }));
        }
        members.sort_by(|a, b| a.user.username.as_str().cmp(b.user.username.as_str()));
        if let Some(after) = after {
            let after = self.users.find(after).await?;
            let after = after.map(|user| user.username.as_str().to_owned());
            members.retain(|mate| {
                after
                    .as_deref()
                    .is_some_and(|a| mate.user.username.as_str() > a)
            });
        }
        Ok(page(members, after.is_some(), limit))
    }

    async fn members_called(
        &self,
        room: RoomId,
        prefix: &str,
        limit: u32,
    ) -> Result<Vec<Roommate>, BackendError> {
        let mut members = self.members(room, None, u32::MAX).await?.items;
        let prefix = prefix.to_lowercase();
        members.retain(|Roommate { user, .. }| {
            let display_name = user.display_name.as_str().to_lowercase();
            user.username.as_str().starts_with(&prefix) || display_name.starts_with(&prefix)
        });
        members.truncate(usize::try_from(limit).expect("fits"));
        Ok(members)
    }

    async fn change(&self, id: RoomId, change: &RoomChange) -> Result<Room, ChangeRoomError> {
        let mut rooms = self.lock();
        let room = &rooms.get(&id).ok_or(ChangeRoomError::NotFound)?.room;
        if room.archived_at.is_some() {
            return Err(ChangeRoomError::Archived);
        }
        let mut room = room.clone();
        if let Some(name) = &change.name {
            if room.kind == RoomKind::Public && is_taken(&rooms, id, name) {
                return Err(ChangeRoomError::NameTaken);
            }
            room.name = name.clone();
        }
        room.topic = change.topic.clone().unwrap_or(room.topic);
        if let Some(kept) = rooms.get_mut(&id) {
            kept.room = room.clone();
        }
        Ok(room)
    }

    async fn archive(&self, id: RoomId, now: Time) -> Result<bool, ChangeRoomError> {
        let mut rooms = self.lock();
        let room = &mut rooms.get_mut(&id).ok_or(ChangeRoomError::NotFound)?.room;
        let was_open = room.archived_at.is_none();
        room.archived_at = room.archived_at.or(Some(now));
        Ok(was_open)
    }
}
