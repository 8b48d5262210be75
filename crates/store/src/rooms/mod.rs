use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page, Time};
use whatscrap_rooms::{
    ChangeRoomError, CreateRoomError, Direct, DirectError, Head, JoinError, LeaveError, Membership,
    MyRoom, NewDirect, NewRoom, NotificationLevel, People, Role, Room, RoomChange, RoomId,
    RoomName, Roommate, Rooms,
};
use whatscrap_users::UserId;

use crate::database::Database;
use crate::gather::Gather;

pub(crate) mod changing;
mod direct;
mod finding;
mod heads;
pub(crate) mod places;

pub(crate) use finding::chosen_level;

pub(crate) struct RoomStore {
    database: Arc<Database>,
    heads: Gather<UserId, Vec<Head>>,
}

impl RoomStore {
    pub(crate) fn new(database: Arc<Database>) -> Self {
        let heads = Arc::clone(&database);
        Self {
            database,
            heads: Gather::new(move |users| heads::heads(Arc::clone(&heads), users)),
        }
    }
}

#[async_trait]
impl Rooms for RoomStore {
    async fn create(&self, room: &NewRoom) -> Result<(), CreateRoomError> {
        self.database
            .within(changing::create(&self.database, room))
            .await
    }

    async fn direct(&self, new: &NewDirect) -> Result<Direct, DirectError> {
        self.database
            .within(direct::direct(&self.database, new))
            .await
    }

    async fn find_direct(&self, people: &People) -> Result<Option<RoomId>, BackendError> {
        self.database
            .within(direct::find(self.database.reader(), people))
            .await
    }

    async fn find(&self, room: RoomId) -> Result<Option<Room>, BackendError> {
        self.database
            .within(finding::find(&self.database, room))
            .await
    }

    async fn membership(
        &self,
        room: RoomId,
        user: UserId,
    ) -> Result<Option<Membership>, BackendError> {
        self.database
            .within(finding::membership(&self.database, room, user))
            .await
    }

    async fn inside(&self, room: RoomId, users: &[UserId]) -> Result<Vec<UserId>, BackendError> {
        self.database
            .within(finding::inside(&self.database, room, users))
            .await
    }

    async fn mine(&self, room: RoomId, user: UserId) -> Result<Option<MyRoom>, BackendError> {
        let mine = self
            .database
            .within(finding::mine(&self.database, user, Some(room)));
        Ok(mine.await?.pop())
    }

    async fn all_mine(&self, user: UserId) -> Result<Vec<MyRoom>, BackendError> {
        self.database
            .within(finding::mine(&self.database, user, None))
            .await
    }

    async fn heads(&self, user: UserId) -> Result<Vec<Head>, BackendError> {
        self.database.within(self.heads.ask(user)).await
    }

    async fn versions(&self, rooms: &[RoomId]) -> Result<Vec<(RoomId, u64)>, BackendError> {
        self.database
            .within(heads::versions(&self.database, rooms))
            .await
    }

    async fn places(&self, users: &[UserId]) -> Result<Vec<(UserId, RoomId)>, BackendError> {
        self.database
            .within(finding::places(&self.database, users))
            .await
    }

    async fn joinable<'a>(
        &self,
        user: UserId,
        after: Option<&'a RoomName>,
        limit: u32,
    ) -> Result<Page<Room>, BackendError> {
        self.database
            .within(finding::joinable(&self.database, user, after, limit))
            .await
    }

    async fn join(
        &self,
        room: RoomId,
        user: UserId,
        role: Role,
        now: Time,
    ) -> Result<bool, JoinError> {
        self.database
            .within(places::join(&self.database, room, user, role, now))
            .await
    }

    async fn leave(&self, room: RoomId, user: UserId) -> Result<(), LeaveError> {
        self.database
            .within(places::leave(&self.database, room, user))
            .await
    }

    async fn set_role(&self, room: RoomId, user: UserId, role: Role) -> Result<(), LeaveError> {
        self.database
            .within(places::set_role(&self.database, room, user, role))
            .await
    }

    async fn set_notifications(
        &self,
        room: RoomId,
        user: UserId,
        level: Option<NotificationLevel>,
    ) -> Result<(), BackendError> {
        self.database
            .within(places::set_notifications(&self.database, room, user, level))
            .await
    }

    async fn size(&self, room: RoomId, most: u32) -> Result<u32, BackendError> {
        self.database
            .within(finding::size(&self.database, room, most))
            .await
    }

    async fn members(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Page<Roommate>, BackendError> {
        self.database
            .within(finding::members(&self.database, room, after, limit))
            .await
    }

    async fn members_called(
        &self,
        room: RoomId,
        prefix: &str,
        limit: u32,
    ) -> Result<Vec<Roommate>, BackendError> {
        self.database
            .within(finding::members_called(&self.database, room, prefix, limit))
            .await
    }

    async fn change(&self, room: RoomId, change: &RoomChange) -> Result<Room, ChangeRoomError> {
        self.database
            .within(changing::change(&self.database, room, change))
            .await
    }

    async fn archive(&self, room: RoomId, now: Time) -> Result<bool, ChangeRoomError> {
        self.database
            .within(changing::archive(&self.database, room, now))
            .await
    }
}
