use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use qrcode::QrCode;
use qrcode::render::svg;
use whatscrap_rooms::{AcceptError, Invitation, InviteCode};

use super::home::room_path;
use super::refusal::Refusal;
use super::show::{show, value};
use super::who::Viewer;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::InviteView;

/// What an invitation leads to and who invites, for whoever has the link.
pub(super) async fn preview(
    State(server): State<Server>,
    auth: Result<Auth, Problem>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Some((shown, is_open)) = find(&server, &code).await? else {
        return Ok(ended(&server));
    };
    let viewer = auth.ok().map(|Auth(login)| login.user.id);
    // Who is in already, perhaps by having just registered with it, goes on.
    if let (Some(viewer), Some(room)) = (viewer, &shown.room)
        && server.services.rooms.member(room.id, viewer).await.is_ok()
    {
        return Ok(Redirect::to(&room_path(room.id)).into_response());
    }
    if viewer.is_some() && shown.room.is_none() {
        return Ok(Redirect::to("/").into_response());
    }
    if !is_open {
        return Ok(ended(&server));
    }
    let origin = server.config.origin(&headers).unwrap_or_default();
    let context = context! {
        invite => value(InviteView::new(&shown, &origin)),
        is_in => viewer.is_some(),
    };
    Ok(show(&server, None, "pages/invite.html", context))
}

/// Comes in.
pub(super) async fn accept(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Path(code): Path<String>,
) -> Result<Response, Refusal> {
    let Some(code) = InviteCode::parse(&code) else {
        return Ok(ended(&server));
    };
    match server.services.rooms.accept(&code, login.user.id).await {
        Ok(accepted) => {
            let path = accepted.room.map_or_else(|| "/".to_owned(), room_path);
            Ok(Redirect::to(&path).into_response())
        }
        Err(AcceptError::NotFound) => Ok(ended(&server)),
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// The link as a QR code, to be shown to somebody's camera.
pub(super) async fn qr(
    State(server): State<Server>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let found = find(&server, &code).await?;
    let (shown, _) = found.ok_or_else(Problem::not_found)?;
    let origin = server.config.origin(&headers).unwrap_or_default();
    let url = InviteView::new(&shown, &origin).url;
    let code = QrCode::new(url).map_err(|_| Problem::not_found())?;
    let image = code
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], image).into_response())
}

async fn find(server: &Server, code: &str) -> Result<Option<(Invitation, bool)>, Problem> {
    let Some(code) = InviteCode::parse(code) else {
        return Ok(None);
    };
    Ok(server.services.rooms.invitation(&code).await?)
}

/// Whether there was one is not told.
fn ended(server: &Server) -> Response {
    let title = "this invitation is not valid any more: ask for a new one";
    let problem = Problem::new(StatusCode::NOT_FOUND, "not_found", title);
    let heading = "No longer valid";
    show(
        server,
        Some(&problem),
        "pages/error.html",
        context! { heading },
    )
}
