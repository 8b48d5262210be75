use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::attachments::Media;
use whatscrap_messages::{Attachment, Message, Quote, Reaction};
use whatscrap_users::User;

use super::user::avatar_url;

/// A message, the same for every receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    /// Never changes.
    pub id: Uuid,
    /// Where it was said.
    pub room: Uuid,
    /// Its position in the room: 1, 2, 3…
    pub seq: u64,
    /// The number of its latest change among all changes of the room.
    pub version: u64,
    /// What its author's client called it.
    pub client_id: String,
    /// Who said it.
    pub author: AuthorView,
    /// What it says, as plain text.
    pub body: String,
    /// What it says, as HTML that is safe to show.
    pub html: String,
    /// The message it answers.
    pub reply_to: Option<QuoteView>,
    /// The members it names.
    pub mentions: Vec<Uuid>,
    /// The files it carries.
    pub attachments: Vec<AttachmentView>,
    /// What people make of it.
    pub reactions: Vec<ReactionView>,
    /// When it was said.
    #[serde(serialize_with = "super::timestamp")]
    #[schema(value_type = String)]
    pub created_at: Time,
    /// When it was last edited.
    #[serde(serialize_with = "super::optional_timestamp")]
    #[schema(value_type = String)]
    pub edited_at: Option<Time>,
    /// When it was deleted; its place remains.
    #[serde(serialize_with = "super::optional_timestamp")]
    #[schema(value_type = String)]
    pub deleted_at: Option<Time>,
}

/// The message that another answers, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Quote)]
pub struct QuoteView {
    /// Which.
    pub id: Uuid,
    /// Its position in the room.
    pub seq: u64,
    /// The username of who said it.
    pub author: String,
    /// How it begins, on one line, or what its files are called; empty if it is deleted.
    pub excerpt: String,
}

/// A file that a message carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView {
    /// Never changes.
    pub id: Uuid,
    /// What its uploader called it.
    pub name: String,
    /// Its media type, by what is in it.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it is shown: `image`, `audio`, `video`, or `other`, which is only saved.
    pub media: &'static str,
    /// In bytes.
    pub size: u64,
    /// In pixels, of a picture.
    pub width: Option<u32>,
    /// In pixels, of a picture.
    pub height: Option<u32>,
    /// What it shows, in words.
    pub alt: Option<String>,
    /// Where it is.
    pub url: String,
    /// Where the smaller picture of it is.
    pub thumbnail_url: Option<String>,
}

/// An emoji that people put to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Reaction)]
pub struct ReactionView {
    /// Which.
    pub emoji: String,
    /// By how many.
    pub count: u64,
    /// By whom: the first 50.
    pub users: Vec<Uuid>,
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Author)]
pub struct AuthorView {
    /// Never changes.
    pub id: Uuid,
    /// Unique.
    pub username: String,
    /// What the pages show.
    pub display_name: String,
    /// Their picture, if they have one.
    pub avatar_url: Option<String>,
    /// Whether a program speaks here.
    pub bot: bool,
}

impl From<&User> for AuthorView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0,
            username: user.username.as_str().to_owned(),
            display_name: user.display_name.as_str().to_owned(),
            avatar_url: avatar_url(user),
            bot: user.bot,
        }
    }
}

impl From<&Quote> for QuoteView {
    fn from(quote: &Quote) -> Self {
        Self {
            id: quote.id.0,
            seq: quote.seq,
            author: quote.author.as_str().to_owned(),
            excerpt: quote.excerpt.clone(),
        }
    }
}

impl From<&Attachment> for AttachmentView {
    fn from(file: &Attachment) -> Self {
        let name = utf8_percent_encode(&file.name, NON_ALPHANUMERIC);
        let url = format!("/files/{}/{name}", file.id);
        Self {
            id: file.id.0,
            name: file.name.clone(),
            kind: file.kind.clone(),
            media: match Media::of(&file.kind) {
                Media::Image => "image",
                Media::Audio => "audio",
                Media::Video => "video",
                Media::Other => "other",
            },
            size: file.size,
            width: file.width,
            height: file.height,
            alt: file.alt.clone(),
            thumbnail_url: file.has_thumbnail.then(|| format!("{url}?thumbnail")),
            url,
        }
    }
}

impl From<&Reaction> for ReactionView {
    fn from(reaction: &Reaction) -> Self {
        Self {
            emoji: reaction.emoji.as_str().to_owned(),
            count: reaction.count,
            users: reaction.users.iter().map(|user| user.0).collect(),
        }
    }
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.0,
            room: message.room.0,
            seq: message.seq,
            version: message.version,
            client_id: message.client_id.as_str().to_owned(),
            author: AuthorView::from(&message.author),
            html: message.shown(),
            body: message.body.as_str().to_owned(),
            reply_to: message.reply_to.as_ref().map(QuoteView::from),
            mentions: message.mentions.users().map(|user| user.0).collect(),
            attachments: message
                .attachments
                .iter()
                .map(AttachmentView::from)
                .collect(),
            reactions: message.reactions.iter().map(ReactionView::from).collect(),
            created_at: message.created_at,
            edited_at: message.edited_at,
            deleted_at: message.deleted_at,
        }
    }
}
