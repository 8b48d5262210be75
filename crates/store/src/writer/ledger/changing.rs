use std::mem;
use std::sync::Arc;

use whatscrap_messages::{Change, ChangeError, Message, MessageBody, Posted, Renamed, What};
use whatscrap_rooms::{Right, Role, RoomKind};

use super::{Held, Ledger, Replaced, resolve};

impl Ledger {
    /// Decides one change, after what came before it.
    pub(super) fn change(&mut self, change: &Change) -> Result<Posted, ChangeError> {
        let place = (change.room, change.by);
        let (Some(room), Some(author)) = (self.rooms.get(&place.0), self.authors.get(&place))
        else {
            return Err(ChangeError::NotAMember);
        };
        let message = self.message(change.room, change.message);
        let message = message.ok_or(ChangeError::NotFound)?;
        let is_late = permits(change, room.kind, author.role, &message)?;
        if !self.alters(change, &message)? {
            return Ok(Posted {
                version: message.version,
                message,
                duplicate: true,
            });
        }
        if room.archived {
            return Err(ChangeError::Archived);
        }
        if is_late {
            return Err(ChangeError::WindowOver);
        }
        let version = room.version + 1;
        let mut changed = Message {
            version,
            ..(*message).clone()
        };
        self.apply(change, &mut changed)?;
        let changed = Arc::new(changed);
        self.hold(change, &message, &changed);
        if let Some(room) = self.rooms.get_mut(&change.room) {
            room.version = version;
            room.moved = true;
        }
        Ok(Posted {
            version,
            message: changed,
            duplicate: false,
        })
    }

    /// Whether anything would be otherwise afterwards.
    fn alters(&self, change: &Change, message: &Message) -> Result<bool, ChangeError> {
        let is_deleted = message.deleted_at.is_some();
        match &change.what {
            What::Edit { .. } | What::React { on: true, .. } if is_deleted => {
                Err(ChangeError::Deleted)
            }
            What::Edit { body, .. } => Ok(*body != message.body),
            What::Delete => Ok(!is_deleted),
            What::React { emoji, on } => {
                Ok(self.reactors.reacts(message.id, emoji, change.by) != *on)
            }
        }
    }

    fn apply(&mut self, change: &Change, message: &mut Message) -> Result<(), ChangeError> {
        match &change.what {
            What::Edit { body, html, named } => {
                let before = mem::replace(&mut message.body, body.clone());
                self.replaced.push(Replaced {
                    message: message.id,
                    version: message.version,
                    body: before,
                    said_at: message.edited_at.unwrap_or(message.created_at),
                });
                message.html.clone_from(html);
                message.mentions = resolve(&self.named, &self.present, change.room, named);
                message.edited_at = Some(change.at);
            }
            What::Delete => {
                message.body = MessageBody::stored(String::new());
                message.html = None;
                message.mentions = <_>::default();
                message.attachments.clear();
                message.reactions.clear();
                message.deleted_at = Some(change.at);
            }
            What::React { emoji, on } => {
                self.reactors.react(message, emoji, change.by, *on)?;
            }
        }
        Ok(())
    }

    /// Keeps what a message has become.
    fn hold(&mut self, change: &Change, before: &Message, after: &Arc<Message>) {
        let held = self.held.entry(after.id);
        let held = held.or_insert_with(|| Held::new(Arc::clone(after)));
        held.message = Arc::clone(after);
        held.rewritten |= !matches!(change.what, What::React { .. });
        held.moved = true;
        if before.mentions != after.mentions {
            held.renamed = true;
            if after.deleted_at.is_none() {
                self.renamed.push(Renamed {
                    message: Arc::clone(after),
                    before: before.mentions.clone(),
                });
            }
        }
    }
}

/// Whether they may do this to such a message, by the table of rights, and whether it is too late
/// for it.
fn permits(
    change: &Change,
    kind: RoomKind,
    role: Role,
    message: &Message,
) -> Result<bool, ChangeError> {
    let may = |right: Right| right.ruling(kind, Some(role)).is_allowed();
    let (own, others) = match change.what {
        What::Edit { .. } => (Right::EditOwn, Right::EditOthers),
        What::Delete => (Right::DeleteOwn, Right::DeleteOthers),
        What::React { .. } => (Right::React, Right::React),
    };
    if may(others) {
        Ok(false)
    } else if message.author.id == change.by && may(own) {
        Ok(change.since.is_some_and(|since| message.created_at < since))
    } else {
        Err(ChangeError::Forbidden)
    }
}
