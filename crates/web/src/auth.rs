//! Who is speaking: the session cookie, or a bearer token.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use tower_cookies::cookie::SameSite;
use tower_cookies::cookie::time::Duration;
use tower_cookies::{Cookie, Cookies};
use whatscrap_users::Login;

use crate::problem::Problem;
use crate::{Config, Server};

/// The cookie's name by TLS. The prefix ties it to this host alone (RFC 6265bis §4.1.3).
const SECURE_COOKIE: &str = "__Host-session";
/// The cookie's name by plain HTTP, as on one's own machine.
const PLAIN_COOKIE: &str = "session";

/// The account that sent this request, and its session. Refuses with 401.
pub(crate) struct Auth(pub(crate) Arc<Login>);

impl FromRequestParts<Server> for Auth {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let secret = secret(&server.config, &parts.headers).ok_or_else(Problem::unauthenticated)?;
        let login = server.services.users.authenticate(&secret).await?;
        login.map(Self).ok_or_else(Problem::unauthenticated)
    }
}

/// The secret that a request carries. A bearer token goes before the cookie.
pub(crate) fn secret(config: &Config, headers: &HeaderMap) -> Option<String> {
    if let Some(token) = bearer(headers) {
        return Some(token.to_owned());
    }
    let name = cookie_name(config.is_https(headers));
    cookies(headers)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The token of `Authorization: Bearer …` (RFC 6750).
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Whether the browser sent a session cookie, valid or not.
pub(crate) fn has_cookie(headers: &HeaderMap) -> bool {
    cookies(headers).any(|cookie| [SECURE_COOKIE, PLAIN_COOKIE].contains(&cookie.name()))
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(Cookie::split_parse).filter_map(Result::ok)
}

fn cookie_name(https: bool) -> &'static str {
    if https { SECURE_COOKIE } else { PLAIN_COOKIE }
}

/// Hands the browser its session.
pub(crate) fn set_cookie(config: &Config, headers: &HeaderMap, jar: &Cookies, secret: String) {
    let https = config.is_https(headers);
    let cookie = Cookie::build((cookie_name(https), secret))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(whatscrap_users::SESSION_DAYS))
        .build();
    jar.add(cookie);
}

/// Takes the session back.
pub(crate) fn clear_cookie(config: &Config, headers: &HeaderMap, jar: &Cookies) {
    let https = config.is_https(headers);
    let cookie = Cookie::build(cookie_name(https))
        .path("/")
        .secure(https)
        .build();
    jar.remove(cookie);
}
