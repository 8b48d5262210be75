use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use whatscrap_users::SessionId;

use super::body::Ids;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::SessionView;

/// My logins.
#[derive(Serialize, ToSchema)]
pub(super) struct Sessions {
    sessions: Vec<SessionView>,
}

/// Where I am logged in, the latest used first; tokens too.
#[utoipa::path(get, path = "/me/sessions", responses((status = OK, body = Sessions)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(login): Auth,
) -> Result<Json<Sessions>, Problem> {
    let sessions = server.services.users.sessions(login.user.id).await?;
    let current = login.session.id;
    let sessions = sessions
        .into_iter()
        .map(|session| SessionView::new(session, current));
    Ok(Json(Sessions {
        sessions: sessions.collect(),
    }))
}

/// Ends one of my sessions, and its sockets.
#[utoipa::path(delete, path = "/me/sessions/{id}", params(("id" = Uuid, Path)),
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
