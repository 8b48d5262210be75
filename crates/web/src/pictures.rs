//! People's pictures: how they come in, and how they are shown.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use whatscrap_users::{Avatar, User, UserId};

use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;

/// Serves them.
pub(crate) fn routes() -> Router<Server> {
    Router::new().route("/avatars/{avatar}/{side}", get(show))
}

/// A picture, which never changes under its address.
async fn show(
    State(server): State<Server>,
    Auth(_): Auth,
    Path((avatar, side)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (Some(avatar), Ok(side)) = (Avatar::parse(&avatar), side.parse()) else {
        return Err(Problem::not_found());
    };
    let print = server.services.portraits.print(&avatar, side).await?;
    let print = print.ok_or_else(Problem::not_found)?;
    // We encoded it ourselves, as one or the other.
    let kind = if print.starts_with(b"\x89PNG") {
        "image/png"
    } else {
        "image/jpeg"
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ];
    Ok((headers, print).into_response())
}

/// Gives somebody the picture that a request carries.
pub(crate) async fn replace(
    server: &Server,
    user: UserId,
    request: Request,
) -> Result<User, Problem> {
    let portraits = &server.services.portraits;
    let sitting = portraits.sit(user).ok_or_else(busy)?;
    let upload = server.uploads.receive(request).await?;
    let user = portraits.replace(sitting, upload.file).await?;
    user.ok_or_else(Problem::not_found)
}

/// Takes somebody's picture away.
pub(crate) async fn remove(server: &Server, user: UserId) -> Result<User, Problem> {
    let portraits = &server.services.portraits;
    let sitting = portraits.sit(user).ok_or_else(busy)?;
    let user = portraits.remove(sitting).await?;
    user.ok_or_else(Problem::not_found)
}

fn busy() -> Problem {
    Problem::unavailable("your picture is being changed already: try again in a moment")
}
