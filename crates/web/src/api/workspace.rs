use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatscrap_users::Accent;

use super::body::Body;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;

/// What the whole server has in common.
#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Workspace {
    /// The colour of its pages.
    #[schema(value_type = String, example = "leaf")]
    accent: Accent,
}

/// What the whole server has in common.
#[utoipa::path(get, path = "/workspace", responses((status = OK, body = Workspace)))]
pub(super) async fn show(
    State(server): State<Server>,
    Auth(_): Auth,
) -> Result<Json<Workspace>, Problem> {
    let accent = server.services.workspace.look_up().await?;
    Ok(Json(Workspace { accent }))
}

/// Changes it; for the server's owner and its admins.
#[utoipa::path(patch, path = "/workspace", request_body = Workspace,
    responses((status = OK, body = Workspace), (status = FORBIDDEN, body = Problem),
        (status = UNPROCESSABLE_ENTITY, body = Problem)))]
pub(super) async fn change(
    State(server): State<Server>,
    Auth(login): Auth,
    Body(Workspace { accent }): Body<Workspace>,
) -> Result<Json<Workspace>, Problem> {
    let workspace = &server.services.workspace;
    workspace.choose(accent, &login.user).await?;
    Ok(Json(Workspace { accent }))
}
