//! Files that people send, held in memory while they come in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::problem::Problem;

/// What all files that are coming in may hold together, unless a single one may be larger.
const TOGETHER: usize = 64 << 20;
/// What a form adds to its file.
const ENVELOPE: usize = 16 << 10;
/// How long a file may take to come in.
const PATIENCE: Duration = Duration::from_mins(1);
/// The name of a form's field that holds the file.
const FIELD: &str = "file";

/// How much is coming in.
pub(crate) struct Uploads {
    most: usize,
    kibibytes: Arc<Semaphore>,
}

/// A file that came in, and the room it takes.
pub(crate) struct Upload {
    pub(crate) file: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

impl Uploads {
    /// For files of at most so many bytes.
    pub(crate) fn new(most: usize) -> Self {
        let together = TOGETHER.max(most + ENVELOPE);
        Self {
            most,
            kibibytes: Arc::new(Semaphore::new(together.div_ceil(1 << 10))),
        }
    }

    /// The file that a request carries: its whole body, or the field `file` of a form.
    pub(crate) async fn receive(&self, request: Request) -> Result<Upload, Problem> {
        let most = self.most + ENVELOPE;
        let told = request.body().size_hint().exact();
        let told = told.and_then(|told| usize::try_from(told).ok());
        if told.is_some_and(|told| told > most) {
            return Err(self.too_large());
        }
        let room = told.unwrap_or(most).div_ceil(1 << 10);
        let room = u32::try_from(room).map_err(|_| self.too_large())?;
        let room = self.kibibytes.clone().try_acquire_many_owned(room);
        let room = room.map_err(|_| {
            Problem::unavailable("too many files are coming in right now: try again in a moment")
        })?;
        let Ok(file) = timeout(PATIENCE, self.read(request)).await else {
            let title = "the file took longer than a minute to come in: try a smaller one";
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", title));
        };
        let file = file?;
        if file.len() > self.most {
            return Err(self.too_large());
        }
        Ok(Upload { file, _room: room })
    }

    async fn read(&self, mut request: Request) -> Result<Vec<u8>, Problem> {
        let most = self.most + ENVELOPE;
        if !is_form(request.headers()) {
            let body = to_bytes(request.into_body(), most).await;
            return body.map(Into::into).map_err(|_| self.too_large());
        }
        DefaultBodyLimit::max(most).apply(&mut request);
        let unread = |status: StatusCode| {
            if status == StatusCode::PAYLOAD_TOO_LARGE {
                self.too_large()
            } else {
                Problem::malformed("the form could not be read")
            }
        };
        let mut form = Multipart::from_request(request, &())
            .await
            .map_err(|error| unread(error.status()))?;
        while let Some(field) = form
            .next_field()
            .await
            .map_err(|error| unread(error.status()))?
        {
            if field.name() == Some(FIELD) {
                let file = field.bytes().await;
                return file.map(Into::into).map_err(|error| unread(error.status()));
            }
        }
        Err(Problem::invalid(FIELD, "choose a file"))
    }

    fn too_large(&self) -> Problem {
        let title = format!("a file has at most {} MB", self.most >> 20);
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title)
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"))
}
