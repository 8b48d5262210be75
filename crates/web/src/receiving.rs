//! Files of messages, as they come in: part by part, never held whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request};
use axum::http::StatusCode;
use tokio::time::timeout;
use whatscrap_messages::attachments::UploadError;
use whatscrap_messages::{Attachment, Files};
use whatscrap_users::UserId;

use crate::problem::Problem;

/// How many files may be coming in at once.
const MOST: usize = 64;
/// How many of them from one person: as many as a message has.
const MOST_EACH: usize = 10;
/// What a form adds to its file.
const ENVELOPE: u64 = 64 << 10;
/// How long the next part of a file may take to come.
const PATIENCE: Duration = Duration::from_secs(30);
/// The name of the form's field that holds the file.
const FIELD: &str = "file";

/// How many files are coming in, of whom.
#[derive(Clone, Default)]
pub(crate) struct Receiving(Arc<Mutex<HashMap<UserId, usize>>>);

/// A file that is coming in.
struct Turn {
    user: UserId,
    all: Receiving,
}

impl Receiving {
    /// Takes in the file that a form carries.
    pub(crate) async fn receive(
        &self,
        files: &Files,
        user: UserId,
        mut request: Request,
    ) -> Result<Attachment, Problem> {
        let most = files.limits().file_bytes;
        let told = request.body().size_hint().lower();
        if told > most + ENVELOPE {
            return Err(UploadError::TooLarge { most }.into());
        }
        let _turn = self.turn(user).ok_or_else(|| {
            Problem::unavailable("too many files are coming in right now: try again in a moment")
        })?;
        // Each part is counted as it comes.
        DefaultBodyLimit::disable().apply(&mut request);
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
            let title = "send the file as the field `file` of a form (multipart/form-data)";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            Problem::new(status, "unsupported_media_type", title)
        })?;
        let mut before = ENVELOPE;
        while let Some(field) = in_time(form.next_field()).await? {
            if field.name() == Some(FIELD) {
                return take(files, user, field).await;
            }
            before = skip(field, before).await?;
        }
        Err(Problem::invalid(FIELD, "choose a file"))
    }

    fn turn(&self, user: UserId) -> Option<Turn> {
        let mut coming = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let together: usize = coming.values().sum();
        let own = coming.get(&user).copied().unwrap_or_default();
        if together >= MOST || own >= MOST_EACH {
            return None;
        }
        coming.insert(user, own + 1);
        let all = self.clone();
        Some(Turn { user, all })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut coming = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = coming.get_mut(&self.user) {
            *own -= 1;
        }
        coming.retain(|_, own| *own > 0);
    }
}

async fn take(files: &Files, user: UserId, mut field: Field<'_>) -> Result<Attachment, Problem> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut upload = files.begin(user).await?;
    while let Some(part) = in_time(field.chunk()).await? {
        upload.write(&part).await?;
    }
    Ok(upload.finish(&name).await?)
}

/// Leaves a field aside that comes before the file, of what is `left` for all of them.
async fn skip(mut field: Field<'_>, mut left: u64) -> Result<u64, Problem> {
    while let Some(part) = in_time(field.chunk()).await? {
        let fits = left.checked_sub(part.len() as u64);
        left = fits.ok_or_else(|| Problem::malformed("send the file first"))?;
    }
    Ok(left)
}

async fn in_time<T>(next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Problem> {
    let next = timeout(PATIENCE, next).await.map_err(|_| {
        let title = "nothing came of the file for half a minute: send it again";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", title)
    })?;
    next.map_err(|_| Problem::malformed("the form could not be read"))
}
