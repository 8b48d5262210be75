use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tower_cookies::Cookies;
use utoipa::ToSchema;
use whatscrap_users::{NewAccount, Opened};

use super::body::{Body, NotYours};
use super::users::OneUser;
use crate::Server;
use crate::auth::{self, Auth};
use crate::entry::{self, Sender};
use crate::problem::Problem;
use crate::views::UserView;

/// An account to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct Registration {
    /// 1 to 32 characters, unique.
    username: String,
    /// 8 characters to 1,024 bytes.
    password: String,
    /// 1 to 80 characters; the username if it is missing.
    display_name: Option<String>,
    /// An invitation's code, where the server lets in only with one.
    invite: Option<String>,
    /// The one-time setup token, for the first account from another machine.
    token: Option<String>,
    #[serde(default, rename = "role")]
    #[schema(ignore)]
    _role: NotYours,
}

/// Makes an account and logs it in. The first one owns the server.
#[utoipa::path(post, path = "/auth/register", security(()), request_body = Registration, responses(
    (status = CREATED, body = OneUser),
    (status = CONFLICT, body = Problem, description = "the username is taken"),
    (status = FORBIDDEN, body = Problem,
     description = "`setup_token_required`, `invite_required`, `registration_closed`"),
))]
pub(super) async fn register(
    State(server): State<Server>,
    sender: Sender,
    headers: HeaderMap,
    cookies: Cookies,
    Body(registration): Body<Registration>,
) -> Result<Response, Problem> {
    let account = NewAccount {
        username: &registration.username,
        password: &registration.password,
        display_name: registration.display_name.as_deref(),
        invite: registration.invite.as_deref(),
    };
    let token = registration.token.as_deref();
    let opened = entry::register(&server, &sender, token, &account).await?;
    Ok(logged_in(
        &server,
        &headers,
        &cookies,
        StatusCode::CREATED,
        opened,
    ))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Credentials {
    username: String,
    password: String,
}

/// Logs in.
#[utoipa::path(post, path = "/auth/login", security(()), request_body = Credentials, responses(
    (status = OK, body = OneUser),
    (status = UNAUTHORIZED, body = Problem, description = "`invalid_credentials`"),
    (status = TOO_MANY_REQUESTS, body = Problem, description = "`rate_limited`"),
))]
pub(super) async fn login(
    State(server): State<Server>,
    sender: Sender,
    headers: HeaderMap,
    cookies: Cookies,
    Body(Credentials { username, password }): Body<Credentials>,
) -> Result<Response, Problem> {
    let users = &server.services.users;
    let opened = users.log_in(&username, &password, sender.origin()).await?;
    Ok(logged_in(
        &server,
        &headers,
        &cookies,
        StatusCode::OK,
        opened,
    ))
}

/// Ends this session, and its sockets.
#[utoipa::path(post, path = "/auth/logout", responses((status = NO_CONTENT)))]
pub(super) async fn logout(
    State(server): State<Server>,
    Auth(login): Auth,
    headers: HeaderMap,
    cookies: Cookies,
) -> Result<Response, Problem> {
    server.services.users.log_out(&login).await?;
    auth::clear_cookie(&server.config, &headers, &cookies);
    Ok((StatusCode::NO_CONTENT, entry::CLEAR_SITE_DATA).into_response())
}

fn logged_in(
    server: &Server,
    headers: &HeaderMap,
    cookies: &Cookies,
    status: StatusCode,
    Opened { user, secret, .. }: Opened,
) -> Response {
    auth::set_cookie(&server.config, headers, cookies, secret);
    (
        status,
        Json(OneUser {
            user: UserView::me(&user),
        }),
    )
        .into_response()
}
