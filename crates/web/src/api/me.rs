use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use whatscrap_kernel::Time;
use whatscrap_users::{DisplayName, PreferencesChange, ProfileChange, parse_status, parse_until};

use super::body::{Body, nullable};
use super::users::OneUser;
use crate::Server;
use crate::auth::Auth;
use crate::pictures;
use crate::problem::Problem;
use crate::views::{PreferencesView, UserView};

/// Myself.
#[utoipa::path(get, path = "/me", responses((status = OK, body = OneUser)))]
pub(super) async fn show(Auth(login): Auth) -> Json<OneUser> {
    Json(OneUser {
        user: UserView::whole(&login.user, &login.preferences),
    })
}

/// What is to change; a field that is missing stays.
#[derive(Deserialize, ToSchema)]
#[expect(clippy::option_option, reason = "these are three cases")]
pub(super) struct Change {
    /// 1 to 80 characters.
    display_name: Option<String>,
    /// Up to 100 characters on one line; empty or `null` takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    status: Option<Option<String>>,
    /// When the status ends by itself; `null` for never. A new status without it stays.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    status_until: Option<Option<Time>>,
    /// Until when nothing is to disturb me, at most a year; `null` for no longer.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    dnd_until: Option<Option<Time>>,
    /// Whether I am to be seen as away, whatever my devices say.
    away: Option<bool>,
    /// Those that are named change.
    #[serde(default)]
    #[schema(value_type = Option<PreferencesView>)]
    preferences: PreferencesChange,
}

/// Changes my profile.
#[utoipa::path(patch, path = "/me", request_body = Change,
    responses((status = OK, body = OneUser), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn change(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(change): Body<Change>,
) -> Result<Json<OneUser>, Problem> {
    let preferences = change.preferences;
    let display_name = change
        .display_name
        .as_deref()
        .map(DisplayName::parse)
        .transpose();
    let now = server.clock.now();
    let until = |field, until: Option<Option<Time>>| match until {
        Some(Some(until)) => parse_until(until, now)
            .map(|until| Some(Some(until)))
            .map_err(|error| Problem::invalid(field, error.to_string())),
        other => Ok(other),
    };
    let status = change.status.as_ref().map(|text| status(text.as_deref()));
    let change = ProfileChange {
        display_name: display_name
            .map_err(|error| Problem::invalid("display_name", error.to_string()))?,
        status: status.transpose()?,
        status_until: until("status_until", change.status_until)?,
        dnd_until: until("dnd_until", change.dnd_until)?,
        away: change.away,
    };
    let (me, users) = (login.user.id, &server.services.users);
    let preferences = users.change_preferences(me, &preferences).await?;
    let preferences = preferences.ok_or_else(Problem::not_found)?;
    let user = users.change_profile(me, &change).await?;
    let user = user.ok_or_else(Problem::not_found)?;
    Ok(Json(OneUser {
        user: UserView::whole(&user, &preferences),
    }))
}

fn status(text: Option<&str>) -> Result<Option<String>, Problem> {
    let status = parse_status(text.unwrap_or_default());
    status.map_err(|error| Problem::invalid("status", error.to_string()))
}

/// Gives me this picture: a PNG, JPEG, WebP or GIF file as the body, or as the field `file` of a
/// form. It is cut to the square in its middle and encoded anew.
#[utoipa::path(put, path = "/me/avatar",
    request_body(content((Vec<u8> = "image/*"), (Picture = "multipart/form-data"))),
    responses((status = OK, body = OneUser), (status = PAYLOAD_TOO_LARGE, body = Problem),
        (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn set_avatar(
    State(server): State<Server>,
    Auth(login): Auth,
    request: Request,
) -> Result<Json<OneUser>, Problem> {
    let user = pictures::replace(&server, login.user.id, request).await?;
    Ok(Json(OneUser {
        user: UserView::whole(&user, &login.preferences),
    }))
}

/// A form that carries a picture.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what a form holds")]
pub(super) struct Picture {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes my picture away.
#[utoipa::path(delete, path = "/me/avatar", responses((status = OK, body = OneUser)))]
pub(super) async fn remove_avatar(
    State(server): State<Server>,
    Auth(login): Auth,
) -> Result<Json<OneUser>, Problem> {
    let user = pictures::remove(&server, login.user.id).await?;
    Ok(Json(OneUser {
        user: UserView::whole(&user, &login.preferences),
    }))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct PasswordChange {
    current_password: String,
    /// 8 characters to 1,024 bytes.
    new_password: String,
}

/// Changes my password and ends my other sessions, tokens included.
#[utoipa::path(put, path = "/me/password", request_body = PasswordChange,
    responses((status = NO_CONTENT), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn change_password(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(change): Body<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let users = &server.services.users;
    users
        .change_password(&login, &change.current_password, &change.new_password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
