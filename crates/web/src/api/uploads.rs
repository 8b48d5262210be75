use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_messages::AttachmentId;
use whatscrap_messages::attachments::parse_alt;

use super::body::{Body, Ids};
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::AttachmentView;

/// One file.
#[derive(Serialize, ToSchema)]
pub(super) struct OneAttachment {
    attachment: AttachmentView,
}

/// A form that carries a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what a form holds")]
pub(super) struct File {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes in a file, which one message of mine may then hold, within a day. A PNG, JPEG, WebP or GIF
/// loses what it tells about its making.
#[utoipa::path(post, path = "/uploads",
    request_body(content_type = "multipart/form-data", content = File),
    responses((status = CREATED, body = OneAttachment),
        (status = PAYLOAD_TOO_LARGE, body = Problem, description = "`too_large`, `quota_exceeded`"),
        (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn create(
    State(server): State<Server>,
    Auth(login): Auth,
    request: Request,
) -> Result<(StatusCode, Json<OneAttachment>), Problem> {
    let files = &server.services.files;
    let attachment = server.receiving.receive(files, login.user.id, request);
    let attachment = AttachmentView::from(&attachment.await?);
    Ok((StatusCode::CREATED, Json(OneAttachment { attachment })))
}

/// What a file shows.
#[derive(Deserialize, ToSchema)]
pub(super) struct Description {
    /// Up to 1,000 characters; empty or `null` for none.
    #[schema(value_type = Option<String>)]
    alt: Option<String>,
}

/// Says in words what a file of mine shows, while no message has it.
#[utoipa::path(patch, path = "/uploads/{attachment}", params(("attachment" = Uuid, Path)),
    request_body = Description,
    responses((status = OK, body = OneAttachment), (status = NOT_FOUND, body = Problem),
        (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn describe(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(id): Ids<Uuid>,
    Body(description): Body<Description>,
) -> Result<Json<OneAttachment>, Problem> {
    let alt = parse_alt(description.alt.as_deref().unwrap_or_default());
    let alt = alt.map_err(|error| Problem::invalid("alt", error.to_string()))?;
    let files = &server.services.files;
    let attachment = files.describe(login.user.id, AttachmentId(id), alt.as_deref());
    let attachment = attachment.await?.ok_or_else(Problem::not_found)?;
    let attachment = AttachmentView::from(&attachment);
    Ok(Json(OneAttachment { attachment }))
}

/// Deletes a file of mine, while no message has it.
#[utoipa::path(delete, path = "/uploads/{attachment}", params(("attachment" = Uuid, Path)),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn discard(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(id): Ids<Uuid>,
) -> Result<StatusCode, Problem> {
    let files = &server.services.files;
    if files.discard(login.user.id, AttachmentId(id)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
