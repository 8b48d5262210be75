use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use whatscrap_messages::{
    Attachment, AttachmentId, ChangeError, Message, MessageId, NewMessage, Posted, Quote,
};
use whatscrap_users::UserId;

use super::{Held, Known, Ledger, resolve};

impl Ledger {
    /// Decides one post, after what came before it.
    pub(super) fn post(&mut self, post: &NewMessage) -> Result<Posted, ChangeError> {
        let reply_to = self.quote(post);
        let place = (post.room, post.author);
        let (Some(room), Some(author)) =
            (self.rooms.get_mut(&post.room), self.authors.get_mut(&place))
        else {
            return Err(ChangeError::NotAMember);
        };
        let name = (post.room, post.author, post.client_id.clone());
        if let Some(known) = self.known.get(&name) {
            return known.again(post, &self.held);
        }
        if room.archived {
            return Err(ChangeError::Archived);
        }
        let reply_to = reply_to?;
        let mentions = resolve(&self.named, &self.present, post.room, &post.named);
        let attachments = take(&mut self.files, post).ok_or(ChangeError::Attachments)?;
        room.seq += 1;
        room.version += 1;
        room.moved = true;
        author.posted = Some(room.seq);
        let message = Arc::new(Message {
            id: post.id,
            room: post.room,
            seq: room.seq,
            version: room.version,
            client_id: post.client_id.clone(),
            author: author.user.clone(),
            body: post.body.clone(),
            html: post.html.clone(),
            reply_to,
            mentions,
            attachments,
            reactions: Vec::new(),
            created_at: post.created_at,
            edited_at: None,
            deleted_at: None,
        });
        let known = Known {
            content: post.content,
            message: Arc::clone(&message),
            version: room.version,
        };
        self.known.insert(name, known);
        self.new.push((Arc::clone(&message), post.content));
        Ok(Posted {
            version: message.version,
            message,
            duplicate: false,
        })
    }

    fn quote(&self, post: &NewMessage) -> Result<Option<Quote>, ChangeError> {
        let Some(parent) = post.reply_to else {
            return Ok(None);
        };
        let parent = self.message(post.room, parent);
        let parent = parent.filter(|parent| parent.deleted_at.is_none());
        let parent = parent.ok_or(ChangeError::NoParent)?;
        let author = parent.author.username.clone();
        let body = parent.body.as_str();
        let quote = Quote::of(parent.id, parent.seq, author, body, &parent.attachments);
        Ok(Some(quote))
    }
}

/// Takes the files of a post, if each is its author's and unused.
fn take(
    files: &mut HashMap<AttachmentId, (UserId, Attachment)>,
    post: &NewMessage,
) -> Option<Vec<Attachment>> {
    let mut names = HashSet::new();
    let is_theirs = |id| {
        files
            .get(id)
            .is_some_and(|(owner, _)| *owner == post.author)
    };
    let mut each = post.attachments.iter();
    if !each.all(|id| is_theirs(id) && names.insert(id)) {
        return None;
    }
    let taken = post.attachments.iter().map(|id| files.remove(id));
    taken.map(|file| file.map(|(_, file)| file)).collect()
}

impl Known {
    /// What was posted before, as it stands by now.
    fn again(
        &self,
        post: &NewMessage,
        held: &HashMap<MessageId, Held>,
    ) -> Result<Posted, ChangeError> {
        if self.content != post.content {
            return Err(ChangeError::ClientIdReused);
        }
        let held = held.get(&self.message.id);
        let message = held.map_or(&self.message, |held| &held.message);
        Ok(Posted {
            message: Arc::clone(message),
            version: self.version,
            duplicate: true,
        })
    }
}
