mod changing;

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use whatscrap_kernel::{BackendError, Clock, Ids, Limit, Page, Recent, Uuid};
use whatscrap_rooms::Member;
use whatscrap_users::UserId;

pub use changing::HistoryError;

use crate::{
    AttachmentId, BodyError, Bus, ChangeError, Changes, ClientId, ClientIdError, ContentHash,
    EmojiError, Event, Message, MessageBody, MessageId, Messages, NewMessage, PageAt, Posted,
    ReadMark, ReadMoved, Seen, markup,
};

/// What the operator allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most characters (Unicode scalar values) of a body.
    pub body_chars: usize,
    /// For how long authors may edit and delete what they posted; `None`: for ever.
    pub edit_window: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_chars: 4_000,
            edit_window: None,
        }
    }
}

/// A message as it comes from a client, not yet looked at.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What the client calls it.
    pub client_id: &'a str,
    /// What it says; nothing, perhaps, if it carries files.
    pub body: &'a str,
    /// What it carries.
    pub attachments: &'a [AttachmentId],
    /// What it answers.
    pub reply_to: Option<MessageId>,
}

/// Which part of a draft, or of a change, was refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Its `client_id`.
    #[error(transparent)]
    ClientId(#[from] ClientIdError),
    /// Its `body`.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Its `attachments`: there are more of them.
    #[error("a message has at most {} files", Draft::MOST_FILES)]
    TooManyFiles,
    /// Its `emoji`.
    #[error(transparent)]
    Emoji(#[from] EmojiError),
}

impl Draft<'_> {
    /// The most files of a message.
    pub const MOST_FILES: usize = 10;

    fn body(&self, limits: Limits) -> Result<MessageBody, BodyError> {
        match MessageBody::parse(self.body, limits.body_chars) {
            Err(BodyError::Empty) if !self.attachments.is_empty() => {
                Ok(MessageBody::stored(String::new()))
            }
            parsed => parsed,
        }
    }
}

/// Why a draft did not become a message, or a message not what it was to be.
#[derive(Debug, thiserror::Error)]
pub enum ChangeRefusal {
    /// It is not well formed.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// It was not done.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// How long the epoch is believed: every socket asks for it, and it changes when a backup is put back.
const EPOCH_BELIEVED: Duration = Duration::from_secs(1);

/// Messages, as callers use them. Every method takes the proof that the caller is in the room.
#[derive(Clone)]
pub struct Service {
    messages: Arc<dyn Messages>,
    bus: Arc<dyn Bus>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    limits: Limits,
    epoch: Recent<(), String>,
}

impl Service {
    /// Wires the service to its ports.
    pub fn new(
        messages: Arc<dyn Messages>,
        bus: Arc<dyn Bus>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        limits: Limits,
    ) -> Self {
        Self {
            messages,
            bus,
            clock,
            ids,
            limits,
            epoch: Recent::new(1, EPOCH_BELIEVED, |_| 1),
        }
    }

    /// What the operator allows.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Posts a message. Its event is published by the adapter, after the commit; see
    /// [`Messages::post`] for what holds.
    pub async fn post(&self, member: &Member, draft: Draft<'_>) -> Result<Posted, ChangeRefusal> {
        let client_id = ClientId::parse(draft.client_id).map_err(DraftError::from)?;
        let body = draft.body(self.limits).map_err(DraftError::from)?;
        if draft.attachments.len() > Draft::MOST_FILES {
            return Err(DraftError::TooManyFiles.into());
        }
        let (html, named) = markup::read(&body);
        let message = NewMessage {
            id: MessageId::new(&*self.ids),
            room: member.room(),
            author: member.user(),
            client_id,
            content: content_hash(&body, draft.reply_to, draft.attachments),
            named,
            body,
            html,
            reply_to: draft.reply_to,
            attachments: draft.attachments.to_vec(),
            created_at: self.clock.now(),
        };
        Ok(self.messages.post(message).await?)
    }

    /// What a body would show, as HTML. Whom it names is seen when it is posted.
    pub fn preview(&self, _: &Member, body: &str) -> Result<String, DraftError> {
        let body = MessageBody::parse(body, self.limits.body_chars)?;
        Ok(markup::preview(&body))
    }

    /// A page of the room, in order.
    pub async fn page(
        &self,
        member: &Member,
        at: PageAt,
        limit: Limit,
    ) -> Result<Page<Message>, BackendError> {
        self.messages.page(member.room(), at, limit.get()).await
    }

    /// What changed in the room after a version; `None` if that version is yet to come.
    pub async fn changes(
        &self,
        member: &Member,
        after: u64,
        limit: Limit,
    ) -> Result<Option<Changes>, BackendError> {
        self.messages
            .changes(member.room(), after, limit.get())
            .await
    }

    /// Moves the member's read pointer and tells their other devices, and whoever may see it (see
    /// [`Service::seen`]). `None` if they are no longer in the room.
    pub async fn mark_read(
        &self,
        member: &Member,
        mark: ReadMark,
    ) -> Result<Option<ReadMoved>, BackendError> {
        let (room, user) = (member.room(), member.user());
        let moved = self.messages.mark_read(room, user, mark).await?;
        if let Some(ReadMoved {
            seq,
            moved: true,
            is_small,
        }) = moved
        {
            let seen = if is_small {
                self.seen(member).await.unwrap_or_else(|error| {
                    tracing::warn!(%error, "nobody is told how far someone has read");
                    Vec::new()
                })
            } else {
                Vec::new()
            };
            self.bus.publish(Event::Read {
                room,
                user,
                seq,
                others: seen.into_iter().map(|other| other.user).collect(),
            });
        }
        Ok(moved)
    }

    /// Up to where the others in a small room have read. It is mutual: who does not show it does
    /// not see it.
    pub async fn seen(&self, member: &Member) -> Result<Vec<Seen>, BackendError> {
        let mut seen = self.messages.seen(member.room()).await?;
        if !seen.iter().any(|each| each.user == member.user()) {
            return Ok(Vec::new());
        }
        seen.retain(|each| each.user != member.user());
        Ok(seen)
    }

    /// What names a person in the rooms they are in, the newest first.
    pub async fn mentions(
        &self,
        user: UserId,
        before: Option<MessageId>,
        limit: Limit,
    ) -> Result<Page<Message>, BackendError> {
        self.messages.mentions(user, before, limit.get()).await
    }

    /// Tells the other members that this one types.
    pub fn types(&self, member: &Member) {
        let (room, user) = (member.room(), member.user());
        self.bus.publish(Event::Typing { room, user });
    }

    /// Names the database's history, as it was a second ago at most; see [`Messages::epoch`].
    pub async fn epoch(&self) -> Result<String, BackendError> {
        let read = || self.messages.epoch();
        let epoch = self.epoch.get(&(), |_| true, read).await;
        epoch.map_err(BackendError::new)
    }
}

pub(crate) fn content_hash(
    body: &MessageBody,
    reply_to: Option<MessageId>,
    attachments: &[AttachmentId],
) -> ContentHash {
    let mut hash = Sha256::new_with_prefix(body.as_str());
    if reply_to.is_some() || !attachments.is_empty() {
        // No body holds it: what follows is no text.
        hash.update([0]);
        hash.update(reply_to.map_or(Uuid::nil(), |parent| parent.0));
        for attachment in attachments {
            hash.update(attachment.0);
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_is_more_than_a_body_has_a_hash_of_its_own() {
        let body = MessageBody::stored("hello".to_owned());
        let plain: ContentHash = Sha256::digest("hello").into();
        assert_eq!(content_hash(&body, None, &[]), plain);
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let files = [one, two].map(AttachmentId);
        let hashes = [
            plain,
            content_hash(&body, Some(MessageId(one)), &[]),
            content_hash(&body, Some(MessageId(two)), &[]),
            content_hash(&body, None, &files),
            content_hash(&body, None, &[files[1], files[0]]),
            content_hash(&body, Some(MessageId(one)), &files),
        ];
        assert_eq!(HashSet::from(hashes).len(), hashes.len());
    }
}
