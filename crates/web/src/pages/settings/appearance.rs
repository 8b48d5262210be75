use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use whatscrap_users::{Density, PreferencesChange, Theme};

use super::{Told, done, page};
use crate::Server;
use crate::pages::refusal::Refusal;
use crate::pages::typed::{Asked, Typed};
use crate::pages::who::Viewer;

const SECTION: &str = "appearance";

/// How the pages look and behave to me.
#[derive(Deserialize)]
pub(super) struct Look {
    theme: Theme,
    density: Density,
    /// There if it is ticked.
    single_keys: Option<String>,
}

/// The choices.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(told): Asked<Told>,
) -> Result<Response, Refusal> {
    let saved = told.saved.map(|_| "Saved.");
    page(&server, &login, SECTION, None, context! { saved }).await
}

/// Keeps them.
pub(super) async fn save(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(look): Typed<Look>,
) -> Result<Response, Refusal> {
    let change = PreferencesChange {
        theme: Some(look.theme),
        density: Some(look.density),
        single_keys: Some(look.single_keys.is_some()),
        ..PreferencesChange::default()
    };
    let users = &server.services.users;
    users.change_preferences(login.user.id, &change).await?;
    Ok(done(SECTION))
}
