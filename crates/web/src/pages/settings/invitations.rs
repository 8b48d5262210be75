use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::Deserialize;
use whatscrap_rooms::InviteCode;
use whatscrap_users::{Login, RegistrationMode, ServerRole};

use super::page;
use crate::Server;
use crate::pages::invitations::{Terms, shown};
use crate::pages::refusal::Refusal;
use crate::pages::show::value;
use crate::pages::typed::{Asked, Typed};
use crate::pages::who::Viewer;
use crate::problem::Problem;

const SECTION: &str = "invitations";

/// What was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    made: Option<String>,
    revoked: Option<String>,
}

/// What a form of the page asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    act: String,
    code: String,
    #[serde(flatten)]
    terms: Terms,
}

/// The links to this server: one's own; for its owner and admins all.
pub(super) async fn open(
    State(server): State<Server>,
    Viewer(login): Viewer,
    headers: HeaderMap,
    Asked(done): Asked<Done>,
) -> Result<Response, Refusal> {
    let said = match done {
        Done { made: Some(_), .. } => {
            Some("The link is made: it is the first below. Send it to whom you want here.")
        }
        Done {
            revoked: Some(_), ..
        } => Some("The link is revoked: it leads nowhere any more."),
        Done { .. } => None,
    };
    let terms = Terms::default();
    list(&server, &login, &headers, said, &terms, None).await
}

/// Makes a link, or ends one.
pub(super) async fn act(
    State(server): State<Server>,
    Viewer(login): Viewer,
    headers: HeaderMap,
    Typed(wish): Typed<Wish>,
) -> Result<Response, Refusal> {
    let did = match wish.act.as_str() {
        "invite" => make(&server, &login, &wish.terms).await.map(|()| "made"),
        "revoke" => revoke(&server, &login, &wish.code)
            .await
            .map(|()| "revoked"),
        _ => Err(Problem::malformed("the form could not be read: try again")),
    };
    match did {
        Ok(did) => Ok(Redirect::to(&format!("/settings/{SECTION}?{did}")).into_response()),
        Err(problem) => {
            let terms = &wish.terms;
            list(&server, &login, &headers, None, terms, Some(&problem)).await
        }
    }
}

async fn make(server: &Server, login: &Login, terms: &Terms) -> Result<(), Problem> {
    let terms = terms.read(server.clock.now())?;
    server.limits.invitation(login.user.id)?;
    let rooms = &server.services.rooms;
    rooms.invite_to_server(login.user.id, terms).await?;
    Ok(())
}

/// One that is gone already is as good.
async fn revoke(server: &Server, login: &Login, code: &str) -> Result<(), Problem> {
    let code = InviteCode::parse(code).ok_or_else(Problem::not_found)?;
    server.services.rooms.revoke(&code, &login.user).await?;
    Ok(())
}

async fn list(
    server: &Server,
    login: &Login,
    headers: &HeaderMap,
    said: Option<&str>,
    typed: &Terms,
    problem: Option<&Problem>,
) -> Result<Response, Refusal> {
    let services = &server.services;
    let invites = services.rooms.server_invitations(&login.user).await?;
    let inside = context! {
        saved => said,
        typed => value(typed),
        registration => match services.users.registration() {
            RegistrationMode::Open => "open",
            RegistrationMode::Invite => "invite",
            RegistrationMode::Closed => "closed",
        },
        sees_all => login.user.role >= ServerRole::Admin,
        invites => shown(server, headers, &invites),
    };
    page(server, login, SECTION, problem, inside).await
}
