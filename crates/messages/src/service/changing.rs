use std::sync::Arc;

use whatscrap_kernel::BackendError;
use whatscrap_rooms::{Member, Right};

use super::{ChangeRefusal, DraftError, Service};
use crate::{Change, ChangeError, Edit, Emoji, Message, MessageBody, MessageId, What, markup};

/// Why nobody is shown what a message said before.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no such message in the room.
    #[error("there is no such message here")]
    NotFound,
    /// It is for its author, and for who keeps order.
    #[error("what a message said before is for its author and for moderators")]
    Forbidden,
    /// Unknown.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

impl Service {
    /// Has one's own message say something else; see [`Messages::change`](crate::Messages::change)
    /// for what holds of this and of the other changes.
    pub async fn edit(
        &self,
        member: &Member,
        message: MessageId,
        body: &str,
    ) -> Result<Arc<Message>, ChangeRefusal> {
        let body = MessageBody::parse(body, self.limits.body_chars).map_err(DraftError::from)?;
        let (html, named) = markup::read(&body);
        let what = What::Edit { body, html, named };
        Ok(self.change(member, message, what).await?)
    }

    /// Deletes a message: its place remains.
    pub async fn delete(
        &self,
        member: &Member,
        message: MessageId,
    ) -> Result<Arc<Message>, ChangeError> {
        self.change(member, message, What::Delete).await
    }

    /// Reacts to a message, or takes that back.
    pub async fn react(
        &self,
        member: &Member,
        message: MessageId,
        emoji: &str,
        on: bool,
    ) -> Result<Arc<Message>, ChangeRefusal> {
        let emoji = Emoji::parse(emoji).map_err(DraftError::from)?;
        let what = What::React { emoji, on };
        Ok(self.change(member, message, what).await?)
    }

    /// What a message said before it was edited, the earliest first. It is shown to its author, and
    /// to whom [`Right::SeeEdits`] allows it.
    pub async fn edits(
        &self,
        member: &Member,
        message: MessageId,
    ) -> Result<Vec<Edit>, HistoryError> {
        let history = self.messages.history(member.room(), message).await?;
        let history = history.ok_or(HistoryError::NotFound)?;
        if history.author == member.user() || member.may(Right::SeeEdits) {
            Ok(history.edits)
        } else {
            Err(HistoryError::Forbidden)
        }
    }

    async fn change(
        &self,
        member: &Member,
        message: MessageId,
        what: What,
    ) -> Result<Arc<Message>, ChangeError> {
        let at = self.clock.now();
        let change = Change {
            room: member.room(),
            message,
            by: member.user(),
            at,
            since: self.limits.edit_window.map(|window| at - window),
            what,
        };
        self.messages.change(change).await
    }
}
