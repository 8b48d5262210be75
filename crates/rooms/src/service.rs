mod inviting;

use std::sync::Arc;
use std::time::Duration;

use whatscrap_kernel::{BackendError, Clock, Ids, Limit, Page, Recent};
use whatscrap_users::UserId;

use crate::cache::Places;
use crate::{
    ChangeRoomError, CreateRoomError, DirectError, Head, InviteError, Invites, JoinError,
    LeaveError, Member, MyRoom, NewDirect, NewRoom, NotificationLevel, People, Right, Role, Room,
    RoomChange, RoomEvent, RoomEvents, RoomId, RoomKind, RoomName, Roommate, Rooms, Ruling,
    TermsError, Topic,
};

/// What the operator allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most people of a direct room.
    pub direct_people: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { direct_people: 10 }
    }
}

/// Rooms, as callers use them. Clones share what they remember.
#[derive(Clone)]
pub struct Service {
    rooms: Arc<dyn Rooms>,
    invites: Arc<dyn Invites>,
    events: Arc<dyn RoomEvents>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    limits: Limits,
    places: Places,
    sizes: Recent<(RoomId, u32), u32>,
}

/// The most sizes of rooms kept, and how long they are believed: they only decide what is worth
/// telling.
const SIZES: u64 = 10_000;
const SIZE_BELIEVED: Duration = Duration::from_secs(10);

/// Why a person may not enter or see a room.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no such room, or none that this person may know of.
    #[error("there is no such room")]
    NotFound,
    /// A public room that this person has not joined.
    #[error("join this room first")]
    NotAMember,
    /// Unknown.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Why an act in a room was refused.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The member's role does not allow it.
    #[error("your role in this room does not allow this")]
    Forbidden,
    /// Nobody may, in a direct room.
    #[error("a direct room is always between the same people, and has no name of its own")]
    Direct,
    /// See [`InviteError`].
    #[error(transparent)]
    Invite(#[from] InviteError),
    /// See [`TermsError`].
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// See [`JoinError`].
    #[error(transparent)]
    Join(#[from] JoinError),
    /// See [`LeaveError`].
    #[error(transparent)]
    Leave(#[from] LeaveError),
    /// See [`ChangeRoomError`].
    #[error(transparent)]
    Change(#[from] ChangeRoomError),
    /// Unknown outcome.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl Service {
    /// Wires the service to its ports.
    pub fn new(
        rooms: Arc<dyn Rooms>,
        invites: Arc<dyn Invites>,
        events: Arc<dyn RoomEvents>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        limits: Limits,
    ) -> Self {
        Self {
            rooms,
            invites,
            events,
            clock,
            ids,
            limits,
            places: Places::new(),
            sizes: Recent::new(SIZES, SIZE_BELIEVED, |_| 1),
        }
    }

    /// Makes a room; its creator owns it and is in.
    pub async fn create(
        &self,
        creator: UserId,
        kind: RoomKind,
        name: RoomName,
        topic: Topic,
    ) -> Result<MyRoom, CreateRoomError> {
        let room = Room {
            id: RoomId::new(&*self.ids),
            name,
            kind,
            topic,
            last_seq: 0,
            version: 0,
            created_at: self.clock.now(),
            archived_at: None,
        };
        self.rooms
            .create(&NewRoom {
                room: room.clone(),
                owner: creator,
            })
            .await?;
        self.events.publish(RoomEvent::Joined {
            room: room.id,
            user: creator,
        });
        Ok(MyRoom {
            room,
            role: Role::Owner,
            read_seq: 0,
            unread: 0,
            mentions: 0,
            notifications: NotificationLevel::default(),
            notifications_chosen: false,
            others: Vec::new(),
        })
    }

    /// The one room of someone and those whom they name, if it is made.
    pub async fn known_direct(
        &self,
        me: UserId,
        named: &[UserId],
    ) -> Result<Option<MyRoom>, DirectError> {
        let people = People::of(me, named, self.limits.direct_people)?;
        match self.rooms.find_direct(&people).await? {
            Some(room) => Ok(self.rooms.mine(room, me).await?),
            None => Ok(None),
        }
    }

    /// The one room of someone and those whom they name, and whether it is new. Only oneself makes
    /// a room for notes.
    pub async fn direct(
        &self,
        me: UserId,
        named: &[UserId],
    ) -> Result<(MyRoom, bool), DirectError> {
        let people = People::of(me, named, self.limits.direct_people)?;
        let new = NewDirect::new(RoomId::new(&*self.ids), people, self.clock.now());
        let service = self.clone();
        let direct = to_the_end(async move {
            let direct = service.rooms.direct(&new).await?;
            for user in new.people.iter().filter(|_| direct.is_new) {
                let room = direct.room;
                service.events.publish(RoomEvent::Joined { room, user });
            }
            Ok::<_, DirectError>(direct)
        })
        .await?;
        let mine = self.rooms.mine(direct.room, me).await?;
        let mine = mine.ok_or_else(|| BackendError::new("a direct room lost a member"))?;
        Ok((mine, direct.is_new))
    }

    /// Proves that a person is in a room.
    ///
    /// Whom this server put out is out at once; whom another one did, within a second.
    pub async fn member(&self, room: RoomId, user: UserId) -> Result<Member, AccessError> {
        self.places.member(room, user, &*self.rooms).await
    }

    /// Forgets what was read of someone's places: another node changed one.
    pub fn forget(&self, user: UserId) {
        self.places.forget(user);
    }

    /// The proofs for every room of a person, each with where the room stands.
    pub async fn memberships(&self, user: UserId) -> Result<Vec<(Member, Head)>, BackendError> {
        let heads = self.rooms.heads(user).await?;
        Ok(heads
            .into_iter()
            .map(|head| (Member::new(user, head.room, head.kind, head.role), head))
            .collect())
    }

    /// A room one is in, with one's place there.
    pub async fn mine(&self, member: &Member) -> Result<MyRoom, AccessError> {
        let mine = self.rooms.mine(member.room(), member.user()).await?;
        let mine = mine.ok_or(AccessError::NotFound)?;
        Ok(mine.current_at(self.clock.now()))
    }

    /// Every room one is in, by name.
    pub async fn all_mine(&self, user: UserId) -> Result<Vec<MyRoom>, BackendError> {
        let now = self.clock.now();
        let mine = self.rooms.all_mine(user).await?;
        Ok(mine.into_iter().map(|mine| mine.current_at(now)).collect())
    }

    /// A public room, to look at before joining it.
    pub async fn public(&self, room: RoomId) -> Result<Room, AccessError> {
        let room = self.rooms.find(room).await?;
        room.filter(|room| Right::See.ruling(room.kind, None) == Ruling::Allowed)
            .ok_or(AccessError::NotFound)
    }

    /// The public rooms one could join, by name.
    pub async fn joinable(
        &self,
        user: UserId,
        after: Option<&RoomName>,
        limit: Limit,
    ) -> Result<Page<Room>, BackendError> {
        self.rooms.joinable(user, after, limit.get()).await
    }

    /// Enters a public room; being in already is a success. Private rooms do not exist for those
    /// who are not in.
    pub async fn join(&self, room: RoomId, user: UserId) -> Result<Member, JoinError> {
        match self.member(room, user).await {
            Ok(member) => Ok(member),
            Err(AccessError::NotFound) => Err(JoinError::NotFound),
            Err(AccessError::Backend(error)) => Err(error.into()),
            Err(AccessError::NotAMember) => {
                self.bring_in(room, user, Role::Member).await?;
                // Only a public room tells strangers that it is there.
                Ok(Member::new(user, room, RoomKind::Public, Role::Member))
            }
        }
    }

    /// Brings someone in. Takes [`Right::Add`], and [`Right::SetRoles`] for a role above
    /// that of a member. Who is in already is given the role, if one is named.
    pub async fn add(
        &self,
        member: &Member,
        user: UserId,
        role: Option<Role>,
    ) -> Result<(), ActError> {
        allow(member, Right::Add)?;
        if role.is_some() {
            allow(member, Right::SetRoles)?;
        }
        let new = self
            .bring_in(member.room(), user, role.unwrap_or(Role::Member))
            .await?;
        if let (false, Some(role)) = (new, role) {
            self.give_role(member.room(), user, role).await?;
        }
        Ok(())
    }

    async fn bring_in(&self, room: RoomId, user: UserId, role: Role) -> Result<bool, JoinError> {
        let new = self.rooms.join(room, user, role, self.clock.now()).await?;
        if new {
            self.events.publish(RoomEvent::Joined { room, user });
        }
        Ok(new)
    }

    /// Leaves the room. Takes [`Right::Leave`].
    pub async fn leave(&self, member: &Member) -> Result<(), ActError> {
        allow(member, Right::Leave)?;
        Ok(self.put_out(member.room(), member.user()).await?)
    }

    /// Puts someone else out. Takes [`Right::Remove`] and a higher role than theirs.
    pub async fn remove(&self, member: &Member, user: UserId) -> Result<(), ActError> {
        allow(member, Right::Remove)?;
        let theirs = self
            .rooms
            .membership(member.room(), user)
            .await
            .map_err(LeaveError::from)?;
        let role = theirs
            .and_then(|their| their.role)
            .ok_or(LeaveError::NotAMember)?;
        if role >= member.role() && user != member.user() {
            return Err(ActError::Forbidden);
        }
        Ok(self.put_out(member.room(), user).await?)
    }

    /// Puts someone out, also if the caller goes away in the middle: their sockets must hear of it.
    async fn put_out(&self, room: RoomId, user: UserId) -> Result<(), LeaveError> {
        let service = self.clone();
        to_the_end(async move {
            service.rooms.leave(room, user).await?;
            service.places.forget(user);
            service.events.publish(RoomEvent::Left { room, user });
            Ok(())
        })
        .await
    }

    async fn give_role(&self, room: RoomId, user: UserId, role: Role) -> Result<(), LeaveError> {
        let service = self.clone();
        to_the_end(async move {
            service.rooms.set_role(room, user, role).await?;
            service.places.forget(user);
            let event = RoomEvent::PlaceChanged { room, user };
            service.events.publish(event);
            Ok(())
        })
        .await
    }

    /// The members, by username, those after the member `after`.
    pub async fn members(
        &self,
        member: &Member,
        after: Option<UserId>,
        limit: Limit,
    ) -> Result<Page<Roommate>, BackendError> {
        let page = self
            .rooms
            .members(member.room(), after, limit.get())
            .await?;
        let now = self.clock.now();
        Ok(Page {
            items: page
                .items
                .into_iter()
                .map(|one| one.current_at(now))
                .collect(),
            ..page
        })
    }

    /// How many are in the room, counted up to `most`, as it was a moment ago.
    pub async fn size(&self, member: &Member, most: u32) -> Result<u32, BackendError> {
        let room = member.room();
        let read = || self.rooms.size(room, most);
        let size = self.sizes.get(&(room, most), |_| true, read).await;
        size.map_err(BackendError::new)
    }

    /// The members whose username or display name begins so, by username.
    pub async fn members_called(
        &self,
        member: &Member,
        prefix: &str,
        limit: Limit,
    ) -> Result<Vec<Roommate>, BackendError> {
        if prefix.contains('\0') {
            // No name holds one, and PostgreSQL takes no text with one.
            return Ok(Vec::new());
        }
        let called = self
            .rooms
            .members_called(member.room(), prefix, limit.get())
            .await?;
        let now = self.clock.now();
        Ok(called.into_iter().map(|one| one.current_at(now)).collect())
    }

    /// Changes name and topic. Takes [`Right::Rename`].
    pub async fn change(&self, member: &Member, change: &RoomChange) -> Result<Room, ActError> {
        allow(member, Right::Rename)?;
        let room = self.rooms.change(member.room(), change).await?;
        self.events.publish(RoomEvent::Changed { room: room.id });
        Ok(room)
    }

    /// Closes the room to writing. Takes [`Right::Archive`]; repeating it changes nothing.
    pub async fn archive(&self, member: &Member) -> Result<(), ActError> {
        allow(member, Right::Archive)?;
        if self.rooms.archive(member.room(), self.clock.now()).await? {
            self.events.publish(RoomEvent::Changed {
                room: member.room(),
            });
        }
        Ok(())
    }

    /// Says what one wants to be told of; `None`: as of every room.
    pub async fn set_notifications(
        &self,
        member: &Member,
        level: Option<NotificationLevel>,
    ) -> Result<(), BackendError> {
        let (room, user) = (member.room(), member.user());
        self.rooms.set_notifications(room, user, level).await?;
        self.events.publish(RoomEvent::PlaceChanged { room, user });
        Ok(())
    }
}

fn allow(member: &Member, right: Right) -> Result<(), ActError> {
    if member.may(right) {
        Ok(())
    } else if member.kind() == RoomKind::Direct {
        Err(ActError::Direct)
    } else {
        Err(ActError::Forbidden)
    }
}

/// Runs what must not stop half-way, even if the client goes away and its request is dropped.
async fn to_the_end<T: Send + 'static, E: From<BackendError> + Send + 'static>(
    task: impl Future<Output = Result<T, E>> + Send + 'static,
) -> Result<T, E> {
    tokio::spawn(task).await.map_err(BackendError::new)?
}

#[cfg(test)]
mod tests;
