use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::{Told, done, page};
use crate::Server;
use crate::pages::refusal::Refusal;
use crate::pages::typed::{Asked, Typed};
use crate::pages::who::Viewer;

const SECTION: &str = "password";

/// The old one proves that it is me.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Passwords {
    current_password: String,
    new_password: String,
}

/// The form.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(told): Asked<Told>,
) -> Result<Response, Refusal> {
    let saved = told
        .saved
        .map(|_| "Your password is changed, and your other devices are logged out.");
    page(&server, &login, SECTION, None, context! { saved }).await
}

/// Changes my password and ends my other sessions.
pub(super) async fn change(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(typed): Typed<Passwords>,
) -> Result<Response, Refusal> {
    let users = &server.services.users;
    let changed = users.change_password(&login, &typed.current_password, &typed.new_password);
    match changed.await {
        Ok(()) => Ok(done(SECTION)),
        Err(error) => {
            let inside = context! { saved => () };
            page(&server, &login, SECTION, Some(&error.into()), inside).await
        }
    }
}
