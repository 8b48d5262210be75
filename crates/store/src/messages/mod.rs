use std::sync::Arc;

use async_trait::async_trait;
use whatscrap_kernel::{BackendError, Page};
use whatscrap_messages::{
    Change, ChangeError, Changes, History, Message, MessageId, Messages, NewMessage, PageAt,
    Posted, ReadMark, ReadMoved, Seen,
};
use whatscrap_rooms::RoomId;
use whatscrap_users::UserId;

use crate::database::Database;
use crate::epoch;
use crate::writer::{Task, Writer};

mod history;
mod mentions;
mod read_marks;
mod reading;
pub(crate) mod row;
mod seen;

pub(crate) struct MessageStore {
    pub(crate) database: Arc<Database>,
    pub(crate) writer: Arc<Writer>,
}

#[async_trait]
impl Messages for MessageStore {
    async fn post(&self, message: NewMessage) -> Result<Posted, ChangeError> {
        let posted = self.writer.enqueue(Task::Post(message))?;
        self.database.within(posted).await
    }

    async fn change(&self, change: Change) -> Result<Arc<Message>, ChangeError> {
        let changed = self.writer.enqueue(Task::Change(change))?;
        Ok(self.database.within(changed).await?.message)
    }

    async fn history(
        &self,
        room: RoomId,
        message: MessageId,
    ) -> Result<Option<History>, BackendError> {
        let history = history::history(&self.database, room, message);
        self.database.within(history).await
    }

    async fn page(
        &self,
        room: RoomId,
        at: PageAt,
        limit: u32,
    ) -> Result<Page<Message>, BackendError> {
        let page = reading::page(&self.database, room, at, limit);
        self.database.within(page).await
    }

    async fn changes(
        &self,
        room: RoomId,
        after: u64,
        limit: u32,
    ) -> Result<Option<Changes>, BackendError> {
        let changes = reading::changes(&self.database, room, after, limit);
        self.database.within(changes).await
    }

    async fn mark_read(
        &self,
        room: RoomId,
        user: UserId,
        mark: ReadMark,
    ) -> Result<Option<ReadMoved>, BackendError> {
        let moved = read_marks::mark(&self.database, room, user, mark);
        self.database.within(moved).await
    }

    async fn seen(&self, room: RoomId) -> Result<Vec<Seen>, BackendError> {
        self.database.within(seen::seen(&self.database, room)).await
    }

    async fn mentions(
        &self,
        user: UserId,
        before: Option<MessageId>,
        limit: u32,
    ) -> Result<Page<Message>, BackendError> {
        let page = mentions::page(&self.database, user, before, limit);
        self.database.within(page).await
    }

    async fn epoch(&self) -> Result<String, BackendError> {
        self.database.within(epoch::name(&self.database)).await
    }
}
