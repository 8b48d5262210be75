use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use whatscrap_users::Login;

use super::refusal::Refusal;
use crate::Server;
use crate::auth::Auth;

/// Who looks at a page. Whoever is not logged in is sent to the login page.
pub(super) struct Viewer(pub(super) Arc<Login>);

impl FromRequestParts<Server> for Viewer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Refusal> {
        let Auth(login) = Auth::from_request_parts(parts, server).await?;
        Ok(Self(login))
    }
}
