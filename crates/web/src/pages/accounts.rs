use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use minijinja::context;
use serde::{Deserialize, Serialize};
use tower_cookies::Cookies;
use whatscrap_users::{NewAccount, Opened, RegistrationMode};

use super::next::own_path;
use super::refusal::Refusal;
use super::show::{show, value};
use super::typed::{Asked, Typed};
use crate::Server;
use crate::auth::{self, Auth};
use crate::entry::{self, Sender};
use crate::problem::Problem;

/// What the forms of this file ask, and what links to them may carry.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Account {
    username: String,
    display_name: String,
    /// Never shown again.
    #[serde(skip_serializing)]
    password: String,
    /// Where to go after.
    next: String,
    /// The one-time setup token.
    token: String,
    /// An invitation's code.
    invite: String,
}

impl Account {
    fn form(&self, server: &Server, template: &str, problem: Option<&Problem>) -> Response {
        let by_invitation = server.services.users.registration() == RegistrationMode::Invite;
        let context = context! { typed => value(self), by_invitation };
        show(server, problem, template, context)
    }

    fn new_account(&self) -> NewAccount<'_> {
        let display_name = Some(self.display_name.as_str()).filter(|name| !name.trim().is_empty());
        NewAccount {
            username: &self.username,
            password: &self.password,
            display_name,
            invite: Some(self.invite.as_str()).filter(|code| !code.is_empty()),
        }
    }

    fn next(&self) -> &str {
        own_path(&self.next).unwrap_or("/")
    }
}

const SETUP: &str = "pages/setup.html";
const REGISTER: &str = "pages/register.html";
const LOGIN: &str = "pages/login.html";

/// The form of the first account. There is none ever after.
pub(super) async fn setup_form(
    State(server): State<Server>,
    sender: Result<Sender, Problem>,
    Asked(account): Asked<Account>,
) -> Result<Response, Refusal> {
    if server.services.users.founded().await? {
        return Err(Problem::not_found().into());
    }
    entry::check_setup_token(&server, &sender?, Some(&account.token))?;
    Ok(account.form(&server, SETUP, None))
}

/// Makes the first account.
pub(super) async fn set_up(
    State(server): State<Server>,
    sender: Result<Sender, Problem>,
    headers: HeaderMap,
    cookies: Cookies,
    Typed(account): Typed<Account>,
) -> Result<Response, Refusal> {
    if server.services.users.founded().await? {
        return Err(Problem::not_found().into());
    }
    let token = Some(account.token.as_str());
    let opened = entry::set_up(&server, &sender?, token, &account.new_account()).await;
    answer(&server, &headers, &cookies, &account, SETUP, opened)
}

/// The form of a new account.
pub(super) async fn register_form(
    State(server): State<Server>,
    Asked(account): Asked<Account>,
) -> Result<Response, Refusal> {
    if !server.services.users.founded().await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    Ok(account.form(&server, REGISTER, None))
}

/// Makes an account.
pub(super) async fn register(
    State(server): State<Server>,
    sender: Result<Sender, Problem>,
    headers: HeaderMap,
    cookies: Cookies,
    Typed(account): Typed<Account>,
) -> Result<Response, Refusal> {
    let token = Some(account.token.as_str());
    let opened = entry::register(&server, &sender?, token, &account.new_account()).await;
    answer(&server, &headers, &cookies, &account, REGISTER, opened)
}

/// Lets the new account in, or shows the form again.
fn answer(
    server: &Server,
    headers: &HeaderMap,
    cookies: &Cookies,
    account: &Account,
    template: &str,
    opened: Result<Opened, Problem>,
) -> Result<Response, Refusal> {
    match opened {
        Ok(opened) => Ok(let_in(server, headers, cookies, opened, account.next())),
        // Someone else was first, so this form is no more.
        Err(problem) if problem == Problem::not_found() => Err(problem.into()),
        Err(problem) => Ok(account.form(server, template, Some(&problem))),
    }
}

/// The login form; whoever is in already goes on.
pub(super) async fn login_form(
    State(server): State<Server>,
    auth: Result<Auth, Problem>,
    Asked(account): Asked<Account>,
) -> Result<Response, Refusal> {
    if !server.services.users.founded().await? {
        return Ok(Redirect::to("/setup").into_response());
    }
    if auth.is_ok() {
        return Ok(Redirect::to(account.next()).into_response());
    }
    Ok(account.form(&server, LOGIN, None))
}

/// Logs in.
pub(super) async fn log_in(
    State(server): State<Server>,
    sender: Result<Sender, Problem>,
    headers: HeaderMap,
    cookies: Cookies,
    Typed(account): Typed<Account>,
) -> Result<Response, Refusal> {
    let (users, origin) = (&server.services.users, sender?.origin());
    match users
        .log_in(&account.username, &account.password, origin)
        .await
    {
        Ok(opened) => Ok(let_in(&server, &headers, &cookies, opened, account.next())),
        Err(error) => Ok(account.form(&server, LOGIN, Some(&error.into()))),
    }
}

fn let_in(
    server: &Server,
    headers: &HeaderMap,
    cookies: &Cookies,
    opened: Opened,
    next: &str,
) -> Response {
    auth::set_cookie(&server.config, headers, cookies, opened.secret);
    Redirect::to(next).into_response()
}

/// Ends this session, and everything that the browser keeps of it.
pub(super) async fn log_out(
    State(server): State<Server>,
    auth: Result<Auth, Problem>,
    headers: HeaderMap,
    cookies: Cookies,
) -> Result<Response, Refusal> {
    if let Ok(Auth(login)) = auth {
        server.services.users.log_out(&login).await?;
    }
    auth::clear_cookie(&server.config, &headers, &cookies);
    Ok((entry::CLEAR_SITE_DATA, Redirect::to("/auth/login")).into_response())
}
