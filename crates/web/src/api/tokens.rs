use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_users::{SessionId, SessionKind};

use super::body::{Body, Ids};
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::SessionView;

/// My tokens, without their secrets.
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    tokens: Vec<SessionView>,
}

/// The tokens by which programs act as me.
#[utoipa::path(get, path = "/me/tokens", responses((status = OK, body = Tokens)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(login): Auth,
) -> Result<Json<Tokens>, Problem> {
    let sessions = server.services.users.sessions(login.user.id).await?;
    let current = login.session.id;
    let tokens = sessions
        .into_iter()
        .filter(|session| matches!(session.kind, SessionKind::Token { .. }))
        .map(|session| SessionView::new(session, current));
    Ok(Json(Tokens {
        tokens: tokens.collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct NewToken {
    /// 1 to 80 characters, to know it by.
    name: String,
}

/// A token, whose secret is shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    id: Uuid,
    /// Send it as `Authorization: Bearer …`.
    token: String,
}

/// Makes a token by which a program can act as me.
#[utoipa::path(post, path = "/me/tokens", request_body = NewToken,
    responses((status = CREATED, body = Token), (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn create(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(NewToken { name }): Body<NewToken>,
) -> Result<Response, Problem> {
    let (session, token) = server
        .services
        .users
        .create_token(login.user.id, &name)
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(Token {
            id: session.id.0,
            token,
        }),
    )
        .into_response())
}

/// Ends a token, and its sockets.
#[utoipa::path(delete, path = "/me/tokens/{id}", params(("id" = Uuid, Path)),
    responses((status = NO_CONTENT), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn revoke(
    State(server): State<Server>,
    Auth(login): Auth,
    Ids(id): Ids<Uuid>,
) -> Result<StatusCode, Problem> {
    let ended = server
        .services
        .users
        .end_session(login.user.id, SessionId(id))
        .await?;
    if ended {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found())
    }
}
