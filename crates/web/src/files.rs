//! Files of messages, as they are shown and saved.

mod disposition;
mod range;

use std::ops::Range;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use uuid::Uuid;
use whatscrap_kernel::BackendError;
use whatscrap_messages::attachments::{Media, Part};
use whatscrap_messages::{Attachment, AttachmentId, Files};

use crate::Server;
use crate::api::body::Ids;
use crate::auth::Auth;
use crate::problem::Problem;

/// How much of a file is held while it goes out.
const CHUNK: usize = 128 << 10;
/// Nothing in a file is ours: it runs nothing and loads nothing.
const POLICY: &str = "sandbox; default-src 'none'";

/// Serves them.
pub(crate) fn routes() -> Router<Server> {
    Router::new().route("/files/{attachment}/{name}", get(show))
}

/// A file, or with `?thumbnail` a smaller picture of it, to whoever may see it now. The name is for
/// people alone.
async fn show(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids((id, _)): Ids<(Uuid, String)>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let files = &server.services.files;
    let file = files.seen_by(login.user.id, AttachmentId(id)).await?;
    let file = file.ok_or_else(Problem::not_found)?;
    if query.as_deref() == Some("thumbnail") {
        return thumbnail(files, &file).await;
    }
    // Whoever was deleted just now has no first byte either.
    let first = files.read(file.id, Part::Whole, 0, 1).await?;
    first.ok_or_else(Problem::not_found)?;
    let tag = format!("\"{}\"", file.id);
    let mut response = match range::asked(&request, file.size, &tag) {
        range::Asked::Whole => body(files, &file, 0..file.size).into_response(),
        range::Asked::Part(part) => {
            let told = format!("bytes {}-{}/{}", part.start, part.end - 1, file.size);
            let told = [(header::CONTENT_RANGE, told)];
            (StatusCode::PARTIAL_CONTENT, told, body(files, &file, part)).into_response()
        }
        range::Asked::Nothing => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{}", file.size))];
            (StatusCode::RANGE_NOT_SATISFIABLE, told).into_response()
        }
    };
    let media = Media::of(&file.kind);
    let kind = match media {
        Media::Other => "application/octet-stream",
        _ => &file.kind,
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value(kind));
    headers.insert(header::ETAG, value(&tag));
    headers.insert(header::ACCEPT_RANGES, value("bytes"));
    let disposition = disposition::of(&file.name, media != Media::Other);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition));
    Ok(guarded(response))
}

async fn thumbnail(files: &Files, file: &Attachment) -> Result<Response, Problem> {
    let print = files.read(file.id, Part::Thumbnail, 0, usize::MAX).await?;
    let print = print.ok_or_else(Problem::not_found)?;
    // We encoded it ourselves, as one or the other.
    let kind = if print.starts_with(b"\x89PNG") {
        "image/png"
    } else {
        "image/jpeg"
    };
    Ok(guarded(
        ([(header::CONTENT_TYPE, kind)], print).into_response(),
    ))
}

/// Bytes of a file, as they are read.
fn body(files: &Files, file: &Attachment, part: Range<u64>) -> impl IntoResponse + use<> {
    let length = [(header::CONTENT_LENGTH, (part.end - part.start).to_string())];
    let (files, id) = (files.clone(), file.id);
    let chunks = stream::try_unfold(part, move |rest| {
        let files = files.clone();
        async move {
            let most = usize::try_from(rest.end - rest.start).map_or(CHUNK, |rest| rest.min(CHUNK));
            if most == 0 {
                return Ok(None);
            }
            let chunk = files.read(id, Part::Whole, rest.start, most).await?;
            // It was deleted while it went out: the connection ends before its end.
            let chunk = chunk.filter(|chunk| chunk.len() == most);
            let chunk = chunk.ok_or_else(|| BackendError::new("the file is gone"))?;
            let rest = rest.start + chunk.len() as u64..rest.end;
            Ok::<_, BackendError>(Some((Bytes::from(chunk), rest)))
        }
    });
    (length, Body::from_stream(chunks))
}

fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, value(POLICY));
    headers.insert(header::CACHE_CONTROL, value("private, no-store"));
    response
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
