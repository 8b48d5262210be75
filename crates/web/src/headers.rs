//! The headers that every response carries.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::Server;

/// Everything a page may load comes from this server; nothing is inline.
const POLICY: &str = "default-src 'none'; script-src 'self' {scripts}; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; media-src 'self'; connect-src 'self'; \
     manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; \
     trusted-types {policies}";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Adds them. What a handler has set itself stays.
pub(crate) async fn add(State(server): State<Server>, request: Request, next: Next) -> Response {
    let https = server.config.is_https(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert_with(|| server.content_security_policy.clone());
    response
}

/// The policy for the scripts that the pages hold: the hash of the import map, and the names of
/// the Trusted Types policies.
pub(crate) fn content_security_policy(script_hashes: &[String], policies: &str) -> HeaderValue {
    let scripts: Vec<String> = script_hashes
        .iter()
        .map(|hash| format!("'{hash}'"))
        .collect();
    let policy = POLICY
        .replace("{scripts}", &scripts.join(" "))
        .replace("{policies}", policies);
    HeaderValue::try_from(policy).expect("hashes and names are ASCII")
}
