use axum::Json;
use axum::body::HttpBody as _;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use crate::problem::Problem;

/// A request's JSON body, refused in our own words.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = <Json<T> as FromRequest<S>>::from_request(request, state).await;
        body.map(|Json(body)| Self(body))
            .map_err(|rejection| match rejection {
                JsonRejection::JsonDataError(error) => refused(reason(&error)),
                JsonRejection::JsonSyntaxError(error) => Problem::malformed(reason(&error)),
                JsonRejection::MissingJsonContentType(_) => Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "send JSON, with the content type application/json",
                ),
                rejection if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too_large",
                    "a request's body has at most 65536 bytes",
                ),
                _ => Problem::malformed("the body could not be read"),
            })
    }
}

/// A body that may be missing.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        if request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state)
            .await
            .map(Some)
    }
}

/// A field that may be missing, `null`, or there.
#[expect(clippy::option_option, reason = "these are three cases")]
pub(super) fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A field that only the server sets: a request that carries it is refused, so that nobody believes
/// it was heard.
#[derive(Default)]
pub(super) struct NotYours;

impl<'de> Deserialize<'de> for NotYours {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("this field is the server's to set"))
    }
}

/// A body that is JSON, but not of the shape that was asked for.
fn refused(reason: String) -> Problem {
    let field = field(&reason).map(|field| field.to_owned().into());
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", reason);
    Problem { field, ..problem }
}

/// The field that the parser's words name: "missing field `body`", "body: invalid type…".
fn field(reason: &str) -> Option<&str> {
    match reason.strip_prefix("missing field `") {
        Some(rest) => rest.split('`').next(),
        None => reason
            .split_once(": ")
            .map(|(path, _)| path)
            .filter(|path| !path.contains(' ')),
    }
}

/// The parser's own words, which name the field and the place, without its preamble.
fn reason(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// A request's query string, refused in our own words.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|Query(query)| Self(query))
            .map_err(|rejection: QueryRejection| {
                Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid",
                    reason(&rejection),
                )
            })
    }
}

/// Ids in a path. What is no id names nothing: 404.
pub(crate) struct Ids<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Ids<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(ids)| Self(ids))
            .map_err(|_: PathRejection| Problem::not_found())
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn the_parsers_words_name_the_field() {
        assert_eq!(
            field("missing field `body` at line 1 column 2"),
            Some("body")
        );
        assert_eq!(
            field("seq: invalid type: string, expected u64"),
            Some("seq")
        );
        assert_eq!(field("invalid type: null, expected struct Mark"), None);
    }
}
