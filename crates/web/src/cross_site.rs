//! Requests that another site made the browser send.
//!
//! The rules are those of `docs/protocol.md`, "Cross-site", after Fetch Metadata and the OWASP
//! CSRF cheat sheet. They are stricter than tower-http's layer: with a cookie, a request that
//! carries neither `Sec-Fetch-Site` nor `Origin` is refused too.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::auth::{bearer, has_cookie};
use crate::problem::Problem;
use crate::{Config, Server};

/// Refuses unsafe requests that another site may have caused.
pub(crate) async fn refuse(State(server): State<Server>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let safe = request.method().is_safe() || bearer(headers).is_some();
    if safe || is_own(&server.config, headers) {
        next.run(request).await
    } else {
        problem().into_response()
    }
}

/// The WebSocket upgrade is a GET that every site may send, so it is held to the `Origin` alone:
/// every browser sends one.
pub(crate) fn check_upgrade(config: &Config, headers: &HeaderMap) -> Result<(), Problem> {
    let own = match origin(headers) {
        Some(origin) => is_ours(config, headers, origin),
        None => bearer(headers).is_some() || !has_cookie(headers),
    };
    if own { Ok(()) } else { Err(problem()) }
}

fn is_own(config: &Config, headers: &HeaderMap) -> bool {
    let own_origin = origin(headers).map(|origin| is_ours(config, headers, origin));
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    if has_cookie(headers) {
        match site {
            Some(site) => site == b"same-origin" || site == b"none",
            None => own_origin == Some(true),
        }
    } else {
        own_origin != Some(false)
            && site.is_none_or(|site| site == b"same-origin" || site == b"none")
    }
}

fn origin(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get(header::ORIGIN).map(HeaderValue::as_bytes)
}

fn is_ours(config: &Config, headers: &HeaderMap, origin: &[u8]) -> bool {
    config
        .origin(headers)
        .is_some_and(|own| own.as_bytes() == origin)
}

fn problem() -> Problem {
    let title = "this request came from another site: only this server's own pages may send it";
    Problem::new(StatusCode::FORBIDDEN, "cross_site", title)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: (&str, &str) = ("cookie", "session=x");
    const HOST: (&str, &str) = ("host", "chat.example:8000");

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().chain([&HOST]);
        pairs
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        is_own(&Config::default(), &headers(pairs))
    }

    #[test]
    fn with_a_cookie_only_our_own_pages_may_send() {
        assert!(own(&[COOKIE, ("sec-fetch-site", "same-origin")]));
        assert!(own(&[COOKIE, ("sec-fetch-site", "none")]));
        assert!(own(&[COOKIE, ("origin", "http://chat.example:8000")]));
        assert!(!own(&[COOKIE]));
        assert!(!own(&[COOKIE, ("sec-fetch-site", "same-site")]));
        assert!(!own(&[COOKIE, ("sec-fetch-site", "cross-site")]));
        for origin in [
            "null",
            "http://chat.example",
            "https://chat.example:8000",
            "http://chat.example:80001",
            "http://evil.chat.example:8000",
            "http://chat.example:8000.evil",
        ] {
            assert!(!own(&[COOKIE, ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn without_a_cookie_programs_may_send_but_other_sites_may_not() {
        assert!(own(&[]));
        assert!(own(&[("origin", "http://chat.example:8000")]));
        assert!(!own(&[("origin", "null")]));
        assert!(!own(&[("origin", "http://evil.example")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn an_upgrade_with_a_cookie_needs_our_origin() {
        let upgrade = |pairs: &[_]| check_upgrade(&Config::default(), &headers(pairs)).is_ok();
        assert!(upgrade(&[COOKIE, ("origin", "http://chat.example:8000")]));
        assert!(!upgrade(&[COOKIE]));
        assert!(!upgrade(&[COOKIE, ("origin", "null")]));
        assert!(upgrade(&[("authorization", "Bearer x")]));
        assert!(!upgrade(&[
            ("authorization", "Bearer x"),
            ("origin", "http://evil.example")
        ]));
    }

    #[test]
    fn the_public_url_is_the_only_origin_if_it_is_set() {
        let public_url = Some("https://chat.example".to_owned());
        let config = Config {
            public_url,
            ..Config::default()
        };
        let site = |origin| is_own(&config, &headers(&[COOKIE, ("origin", origin)]));
        assert!(site("https://chat.example"));
        assert!(!site("http://chat.example:8000"));
    }
}
