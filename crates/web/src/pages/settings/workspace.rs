use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use whatscrap_users::{Accent, AccentError, ServerRole};

use super::{Told, done, page};
use crate::Server;
use crate::pages::refusal::Refusal;
use crate::pages::typed::{Asked, Typed};
use crate::pages::who::Viewer;

const SECTION: &str = "workspace";

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Look {
    accent: Accent,
}

/// The choices, for whoever may choose.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(told): Asked<Told>,
) -> Result<Response, Refusal> {
    if login.user.role < ServerRole::Admin {
        return Err(AccentError::Forbidden.into());
    }
    let inside = context! {
        saved => told.saved.map(|_| "Saved. Open pages show it when they are loaded again."),
        accents => Accent::ALL.map(Accent::word),
    };
    page(&server, &login, SECTION, None, inside).await
}

/// Keeps what is chosen.
pub(super) async fn save(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(look): Typed<Look>,
) -> Result<Response, Refusal> {
    let workspace = &server.services.workspace;
    workspace.choose(look.accent, &login.user).await?;
    Ok(done(SECTION))
}
