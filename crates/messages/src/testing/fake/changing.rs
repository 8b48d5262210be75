use std::sync::Arc;

use whatscrap_rooms::testing::Kept;
use whatscrap_rooms::{Right, Role};
use whatscrap_users::UserId;

use super::Post;
use crate::{Change, ChangeError, Edit, Emoji, Mentions, MessageBody, Reaction, What};

/// Whether they may, and whether it is too late.
pub(super) fn permits(
    kept: &Kept,
    role: Role,
    post: &Post,
    change: &Change,
) -> Result<bool, ChangeError> {
    let may = |right: Right| right.ruling(kept.room.kind, Some(role)).is_allowed();
    let (message, is_own) = (&post.message, post.message.author.id == change.by);
    let by_role = match change.what {
        What::Edit { .. } => false,
        What::Delete => may(Right::DeleteOthers),
        What::React { .. } => may(Right::React),
    };
    if !by_role && !is_own {
        return Err(ChangeError::Forbidden);
    }
    let is_late = change.since.is_some_and(|since| message.created_at < since);
    Ok(is_late && !by_role)
}

impl Post {
    /// Whether anything would be otherwise afterwards.
    pub(super) fn alters(&self, change: &Change) -> Result<bool, ChangeError> {
        let is_deleted = self.message.deleted_at.is_some();
        match &change.what {
            What::Delete => Ok(!is_deleted),
            What::React { emoji, on: false } => Ok(self.reacts(emoji, change.by)),
            _ if is_deleted => Err(ChangeError::Deleted),
            What::React { emoji, .. } => Ok(!self.reacts(emoji, change.by)),
            What::Edit { body, .. } => Ok(*body != self.message.body),
        }
    }

    fn reacts(&self, emoji: &Emoji, user: UserId) -> bool {
        self.reacting.contains(&(emoji.clone(), user))
    }

    /// Does it, with whom an edit names.
    pub(super) fn apply(&mut self, change: Change, mentions: Mentions) -> Result<(), ChangeError> {
        let message = Arc::make_mut(&mut self.message);
        match change.what {
            What::Edit { body, html, .. } => {
                self.edits.push(Edit {
                    body: std::mem::replace(&mut message.body, body),
                    said_at: message.edited_at.unwrap_or(message.created_at),
                });
                (message.html, message.mentions) = (html, mentions);
                message.edited_at = Some(change.at);
            }
            What::Delete => {
                message.body = MessageBody::stored(String::new());
                (message.html, message.mentions) = (None, Mentions::default());
                message.attachments.clear();
                message.deleted_at = Some(change.at);
                self.edits.clear();
                self.reacting.clear();
            }
            What::React { emoji, on: true } => {
                let is_there = message.reactions.iter().any(|it| it.emoji == emoji);
                if !is_there && message.reactions.len() >= Reaction::MOST {
                    return Err(ChangeError::TooManyReactions);
                }
                self.reacting.push((emoji, change.by));
            }
            What::React { emoji, on: false } => {
                self.reacting.retain(|it| *it != (emoji.clone(), change.by));
            }
        }
        let before = message.reactions.iter().map(|it| it.emoji.clone());
        let mut emojis: Vec<_> = before.collect();
        emojis.extend(self.reacting.iter().map(|(emoji, _)| emoji.clone()));
        let mut reactions: Vec<Reaction> = Vec::new();
        for emoji in emojis {
            let by = self.reacting.iter().filter(|(other, _)| *other == emoji);
            let by: Vec<_> = by.map(|(_, user)| *user).collect();
            if !by.is_empty() && reactions.iter().all(|it| it.emoji != emoji) {
                reactions.push(Reaction {
                    emoji,
                    count: by.len() as u64,
                    users: by.into_iter().take(Reaction::NAMED).collect(),
                });
            }
        }
        message.reactions = reactions;
        Ok(())
    }
}
