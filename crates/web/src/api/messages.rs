use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_messages::{AttachmentId, Draft, Message, MessageId, PageAt};
use whatscrap_rooms::RoomId;

use super::body::{Body, Ids, NotYours, Params};
use super::rooms::limit;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::MessageView;

/// A page of a room, in `seq` order.
#[derive(Serialize, ToSchema)]
pub(super) struct MessagePage {
    messages: Vec<MessageView>,
    has_before: bool,
    has_after: bool,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Where {
    /// The messages before this `seq`.
    before: Option<u64>,
    /// The messages after this `seq`.
    after: Option<u64>,
    /// The messages around this `seq`, its own included.
    around: Option<u64>,
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

impl Where {
    fn at(&self) -> Result<PageAt, Problem> {
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok(PageAt::Newest),
            (Some(seq), None, None) => Ok(PageAt::Before(seq)),
            (None, Some(seq), None) => Ok(PageAt::After(seq)),
            (None, None, Some(seq)) => Ok(PageAt::Around(seq)),
            _ => {
                let title = "name at most one of before, after and around";
                Err(Problem::invalid("before", title))
            }
        }
    }
}

/// The newest messages, or those before, after or around one.
#[utoipa::path(get, path = "/rooms/{room}/messages", params(("room" = Uuid, Path), Where),
    responses((status = OK, body = MessagePage), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn page(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Params(place): Params<Where>,
) -> Result<Json<MessagePage>, Problem> {
    let member = server
        .services
        .rooms
        .member(RoomId(room), login.user.id)
        .await?;
    let page = server
        .services
        .messages
        .page(&member, place.at()?, limit(place.limit)?)
        .await?;
    Ok(Json(MessagePage {
        messages: page.items.iter().map(MessageView::from).collect(),
        has_before: page.has_before,
        has_after: page.has_after,
    }))
}

/// What changed in a room, in `version` order.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangePage {
    messages: Vec<MessageView>,
    /// The cursor to ask from next.
    version: u64,
    /// Whether there is more after it already.
    more: bool,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Since {
    /// The version up to which the caller has everything; 0 by default.
    #[serde(default)]
    after: u64,
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

/// Every message whose latest change is after a version.
#[utoipa::path(get, path = "/rooms/{room}/changes", params(("room" = Uuid, Path), Since),
    responses((status = OK, body = ChangePage), (status = FORBIDDEN, body = Problem)))]
pub(super) async fn changes(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Params(since): Params<Since>,
) -> Result<Json<ChangePage>, Problem> {
    let member = server
        .services
        .rooms
        .member(RoomId(room), login.user.id)
        .await?;
    let changes = server
        .services
        .messages
        .changes(&member, since.after, limit(since.limit)?)
        .await?;
    let changes = changes.ok_or_else(|| {
        Problem::invalid(
            "after",
            "this room has not come to that version: begin at 0",
        )
    })?;
    Ok(Json(ChangePage {
        messages: changes.messages.iter().map(MessageView::from).collect(),
        version: changes.version,
        more: changes.more,
    }))
}

/// A message to be posted.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewMessage {
    /// 1 to 64 bytes, the client's own name for it: the same name is the same message for ever.
    client_id: String,
    /// 1 to 4,000 characters after trimming; none, perhaps, if it carries files.
    body: String,
    /// Up to 10 files of mine that I have uploaded and not sent yet.
    #[serde(default)]
    attachments: Vec<Uuid>,
    /// The message of this room that it answers.
    reply_to: Option<Uuid>,
    #[serde(
        default,
        rename = "author",
        alias = "seq",
        alias = "version",
        alias = "created_at"
    )]
    #[schema(ignore)]
    _facts: NotYours,
}

/// One message.
#[derive(Serialize, ToSchema)]
pub(super) struct OneMessage {
    message: MessageView,
}

impl From<&Message> for OneMessage {
    fn from(message: &Message) -> Self {
        Self {
            message: message.into(),
        }
    }
}

/// Posts a message. The answer means that it is committed.
#[utoipa::path(post, path = "/rooms/{room}/messages", params(("room" = Uuid, Path)),
    request_body = NewMessage, responses(
    (status = CREATED, body = OneMessage),
    (status = OK, body = OneMessage, description = "this `client_id` was posted before"),
    (status = CONFLICT, body = Problem, description = "`client_id_reused`, `archived`"),
))]
pub(super) async fn post(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(room): Ids<Uuid>,
    Body(new): Body<NewMessage>,
) -> Result<Response, Problem> {
    server.limits.post(login.user.id)?;
    let member = server
        .services
        .rooms
        .member(RoomId(room), login.user.id)
        .await?;
    let attachments: Vec<_> = new.attachments.into_iter().map(AttachmentId).collect();
    let draft = Draft {
        client_id: &new.client_id,
        body: &new.body,
        attachments: &attachments,
        reply_to: new.reply_to.map(MessageId),
    };
    let posted = server.services.messages.post(&member, draft).await?;
    let status = if posted.duplicate {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(OneMessage::from(&*posted.message))).into_response())
}
