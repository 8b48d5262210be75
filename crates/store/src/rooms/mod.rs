use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page, Time};
use whatscrap_rooms::{
    ChangeRoomError, CreateRoomError, Head, JoinError, LeaveError, Membership, MyRoom, NewRoom,
    NotificationLevel, Role, Room, RoomChange, RoomId, RoomName, Roommate, Rooms,
};
use whatscrap_users::UserId;

use crate::database::Database;

mod changing;
mod finding;
mod places;

pub(crate) struct RoomStore(pub(crate) Arc<Database>);

#[async_trait]
impl Rooms for RoomStore {
    async fn create(&self, room: &NewRoom) -> Result<(), CreateRoomError> {
        self.0.within(changing::create(&self.0, room)).await
    }

    async fn find(&self, room: RoomId) -> Result<Option<Room>, BackendError> {
        self.0.within(finding::find(&self.0, room)).await
    }

    async fn membership(
        &self,
        room: RoomId,
        user: UserId,
    ) -> Result<Option<Membership>, BackendError> {
        self.0
            .within(finding::membership(&self.0, room, user))
            .await
    }

    async fn mine(&self, room: RoomId, user: UserId) -> Result<Option<MyRoom>, BackendError> {
        let mine = self.0.within(finding::mine(&self.0, user, Some(room)));
        Ok(mine.await?.pop())
    }

    async fn all_mine(&self, user: UserId) -> Result<Vec<MyRoom>, BackendError> {
        self.0.within(finding::mine(&self.0, user, None)).await
    }

    async fn heads(&self, user: UserId) -> Result<Vec<Head>, BackendError> {
        self.0.within(finding::heads(&self.0, user)).await
    }

    async fn joinable<'a>(
        &self,
        user: UserId,
        after: Option<&'a RoomName>,
        limit: u32,
    ) -> Result<Page<Room>, BackendError> {
        self.0
            .within(finding::joinable(&self.0, user, after, limit))
            .await
    }

    async fn join(
        &self,
        room: RoomId,
        user: UserId,
        role: Role,
        now: Time,
    ) -> Result<bool, JoinError> {
        self.0
            .within(places::join(&self.0, room, user, role, now))
            .await
    }

    async fn leave(&self, room: RoomId, user: UserId) -> Result<(), LeaveError> {
        self.0.within(places::leave(&self.0, room, user)).await
    }

    async fn set_role(&self, room: RoomId, user: UserId, role: Role) -> Result<(), LeaveError> {
        self.0
            .within(places::set_role(&self.0, room, user, role))
            .await
    }

    async fn set_notifications(
        &self,
        room: RoomId,
        user: UserId,
        level: NotificationLevel,
    ) -> Result<(), BackendError> {
        self.0
            .within(places::set_notifications(&self.0, room, user, level))
            .await
    }

    async fn members(
        &self,
        room: RoomId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Page<Roommate>, BackendError> {
        self.0
            .within(finding::members(&self.0, room, after, limit))
            .await
    }

    async fn change(&self, room: RoomId, change: &RoomChange) -> Result<Room, ChangeRoomError> {
        self.0.within(changing::change(&self.0, room, change)).await
    }

    async fn archive(&self, room: RoomId, now: Time) -> Result<bool, ChangeRoomError> {
        self.0.within(changing::archive(&self.0, room, now)).await
    }
}
