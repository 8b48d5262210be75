use axum::extract::{Request, State};
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use whatscrap_users::{DisplayName, Login, ProfileChange};

use super::{Told, done, page};
use crate::Server;
use crate::pages::refusal::Refusal;
use crate::pages::typed::{Asked, Typed};
use crate::pages::who::Viewer;
use crate::pictures;
use crate::problem::Problem;

const SECTION: &str = "profile";

/// Who I am to others.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    display_name: String,
}

/// My name and picture.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Asked(told): Asked<Told>,
) -> Result<Response, Refusal> {
    let saved = told.saved.map(|_| "Saved. Everyone sees it from now on.");
    form(
        &server,
        &login,
        login.user.display_name.as_str(),
        saved,
        None,
    )
    .await
}

/// Gives me another name.
pub(super) async fn save(
    State(server): State<Server>,
    Viewer(login): Viewer,
    Typed(profile): Typed<Profile>,
) -> Result<Response, Refusal> {
    let name = match DisplayName::parse(&profile.display_name) {
        Ok(name) => name,
        Err(error) => {
            let problem = Problem::invalid("display_name", error.to_string());
            return form(&server, &login, &profile.display_name, None, Some(&problem)).await;
        }
    };
    let change = ProfileChange {
        display_name: Some(name),
        ..ProfileChange::default()
    };
    let users = &server.services.users;
    users.change_profile(login.user.id, &change).await?;
    Ok(done(SECTION))
}

/// Gives me another picture.
pub(super) async fn set_picture(
    State(server): State<Server>,
    Viewer(login): Viewer,
    request: Request,
) -> Result<Response, Refusal> {
    match pictures::replace(&server, login.user.id, request).await {
        Ok(_) => Ok(done(SECTION)),
        Err(problem) => {
            let name = login.user.display_name.as_str();
            form(&server, &login, name, None, Some(&problem)).await
        }
    }
}

/// Takes my picture away.
pub(super) async fn remove_picture(
    State(server): State<Server>,
    Viewer(login): Viewer,
) -> Result<Response, Refusal> {
    pictures::remove(&server, login.user.id).await?;
    Ok(done(SECTION))
}

async fn form(
    server: &Server,
    login: &Login,
    display_name: &str,
    saved: Option<&str>,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let inside = context! {
        saved,
        typed => context! { display_name },
        upload_mb => server.config.upload_bytes >> 20,
    };
    page(server, login, SECTION, problem, inside).await
}
