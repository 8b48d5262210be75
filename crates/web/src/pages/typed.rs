use std::convert::Infallible;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use whatscrap_rooms::RoomId;

use super::refusal::Refusal;
use crate::problem::Problem;

/// What was typed into a form.
pub(super) struct Typed<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Typed<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match Form::<T>::from_request(request, state).await {
            Ok(Form(typed)) => Ok(Self(typed)),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                let title = "this is more than the server takes at once";
                Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title).into())
            }
            Err(_) => Err(Problem::malformed("the form could not be read: try again").into()),
        }
    }
}

/// What an address asks for beside its path. What cannot be read asks for nothing.
pub(super) struct Asked<T>(pub(super) T);

impl<T: Default + DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        Ok(Self(query.map(|Query(asked)| asked).unwrap_or_default()))
    }
}

/// The room that a path names. What is no id names nothing: 404.
pub(super) struct RoomInPath(pub(super) RoomId);

impl<S: Send + Sync> FromRequestParts<S> for RoomInPath {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let id = Path::<Uuid>::from_request_parts(parts, state).await;
        let Path(id) = id.map_err(|_| Problem::not_found())?;
        Ok(Self(RoomId(id)))
    }
}
