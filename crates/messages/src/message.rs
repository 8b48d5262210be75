use whatscrap_kernel::Time;
use whatscrap_rooms::RoomId;
use whatscrap_users::{User, Username};

use crate::{ClientId, Mentions, MessageBody, Reaction};

whatscrap_kernel::ids! {
    /// Names a message, for ever.
    MessageId,
    /// Names a file that a message carries.
    AttachmentId
}

/// A message as it stands after its latest change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Never changes.
    pub id: MessageId,
    /// Where it was said.
    pub room: RoomId,
    /// Its position in the room: 1, 2, 3… without holes. Never changes.
    pub seq: u64,
    /// The number of its latest change among all changes of the room.
    pub version: u64,
    /// What its author's client called it.
    pub client_id: ClientId,
    /// Who said it, as their profile stands now.
    pub author: User,
    /// What it says; nothing once it is deleted.
    pub body: MessageBody,
    /// What markup made of the body; `None` if that is plain text.
    pub html: Option<Html>,
    /// The message it answers.
    pub reply_to: Option<Quote>,
    /// Whom it names.
    pub mentions: Mentions,
    /// The files it carries, in order.
    pub attachments: Vec<Attachment>,
    /// What people make of it, the earliest first.
    pub reactions: Vec<Reaction>,
    /// When it was committed, nearly.
    pub created_at: Time,
    /// When its text was last changed.
    pub edited_at: Option<Time>,
    /// When it was deleted: its place remains, and nothing else.
    pub deleted_at: Option<Time>,
}

impl Message {
    /// Whether it is more, or less, than what was posted.
    pub fn is_changed(&self) -> bool {
        self.edited_at.is_some() || self.deleted_at.is_some() || !self.reactions.is_empty()
    }
}

/// A body as HTML that is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html {
    /// The markup.
    pub text: String,
    /// Which renderer made it: what an older one made is made anew.
    pub renderer: u16,
}

/// A message as those that answer it show it, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Which.
    pub id: MessageId,
    /// Its position in the room.
    pub seq: u64,
    /// Who said it.
    pub author: Username,
    /// How it begins, on one line, or what its files are called; empty if it is deleted.
    pub excerpt: String,
}

impl Quote {
    /// The most characters of an excerpt.
    pub const EXCERPT: usize = 120;

    /// Quotes a message by the body and the files it has now.
    pub fn of(id: MessageId, seq: u64, author: Username, body: &str, files: &[Attachment]) -> Self {
        let excerpt = excerpt(body, files, Self::EXCERPT);
        Self {
            id,
            seq,
            author,
            excerpt,
        }
    }
}

/// How a body begins, without its markup; what the files are called, if it says nothing.
pub(crate) fn excerpt(body: &str, files: &[Attachment], characters: usize) -> String {
    if !body.is_empty() {
        return whatscrap_markup::excerpt(body, characters);
    }
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    crate::body::excerpt(&names.join(", "), characters)
}

/// A file that a message carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Never changes.
    pub id: AttachmentId,
    /// What its uploader called it.
    pub name: String,
    /// Its media type, by what is in it.
    pub kind: String,
    /// In bytes.
    pub size: u64,
    /// In pixels, of a picture.
    pub width: Option<u32>,
    /// In pixels, of a picture.
    pub height: Option<u32>,
    /// Whether there is a smaller picture of it.
    pub has_thumbnail: bool,
    /// What it shows, in words.
    pub alt: Option<String>,
}
