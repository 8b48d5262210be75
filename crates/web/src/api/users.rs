use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use whatscrap_users::UserId;

use super::body::{Ids, Params};
use super::rooms::limit;
use crate::Server;
use crate::auth::Auth;
use crate::problem::Problem;
use crate::views::UserView;

/// People.
#[derive(Serialize, ToSchema)]
pub(super) struct Users {
    users: Vec<UserView>,
}

/// One person.
#[derive(Serialize, ToSchema)]
pub(super) struct OneUser {
    pub(super) user: UserView,
}

#[derive(Deserialize, IntoParams)]
pub(super) struct Which {
    /// What the username or display name begins with.
    #[serde(default)]
    q: String,
    /// 1 to 200, 50 by default.
    limit: Option<u32>,
}

/// The people of this server whose name begins so, by username.
#[utoipa::path(get, path = "/users", params(Which), responses((status = OK, body = Users)))]
pub(super) async fn list(
    State(server): State<Server>,
    Auth(_): Auth,
    Params(which): Params<Which>,
) -> Result<Json<Users>, Problem> {
    let users = server
        .services
        .users
        .directory(&which.q, limit(which.limit)?)
        .await?;
    Ok(Json(Users {
        users: users.iter().map(UserView::from).collect(),
    }))
}

/// Someone's profile.
#[utoipa::path(get, path = "/users/{id}", params(("id" = Uuid, Path)),
    responses((status = OK, body = OneUser), (status = NOT_FOUND, body = Problem)))]
pub(super) async fn show(
    State(server): State<Server>,
    Auth(_): Auth,
    Ids(id): Ids<Uuid>,
) -> Result<Json<OneUser>, Problem> {
    let user = server
        .services
        .users
        .find(UserId(id))
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(OneUser {
        user: UserView::from(&user),
    }))
}
