use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::Message;
use whatscrap_users::User;

use super::html;
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
    #[schema(value_type = Option<Object>)]
    pub reply_to: Option<()>,
    /// The members it names.
    pub mentions: Vec<Uuid>,
    /// The files it carries.
    #[schema(value_type = Vec<Object>)]
    pub attachments: [(); 0],
    /// What people make of it.
    #[schema(value_type = Vec<Object>)]
    pub reactions: [(); 0],
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

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.0,
            room: message.room.0,
            seq: message.seq,
            version: message.version,
            client_id: message.client_id.as_str().to_owned(),
            author: AuthorView::from(&message.author),
            html: html::render(message.body.as_str(), &message.mentions),
            body: message.body.as_str().to_owned(),
            reply_to: None,
            mentions: message.mentions.users().map(|user| user.0).collect(),
            attachments: [],
            reactions: [],
            created_at: message.created_at,
            edited_at: None,
            deleted_at: None,
        }
    }
}
