use axum::http::{HeaderMap, HeaderName, header};
use axum_client_ip::ClientIpSource;

use crate::Config;

impl Config {
    /// The origin (RFC 6454) under which the browser that sent these headers knows this server,
    /// as `https://chat.example.com`. `None` if it named no host.
    pub(crate) fn origin(&self, headers: &HeaderMap) -> Option<String> {
        if let Some(url) = &self.public_url {
            return Some(url.clone());
        }
        let host = headers.get(header::HOST)?.to_str().ok()?;
        let scheme = if self.is_https(headers) {
            "https"
        } else {
            "http"
        };
        Some(format!("{scheme}://{}", host.to_ascii_lowercase()))
    }

    /// Whether the browser came by TLS: by `PUBLIC_URL`, or else by the word of a trusted proxy.
    pub(crate) fn is_https(&self, headers: &HeaderMap) -> bool {
        if let Some(url) = &self.public_url {
            return url.starts_with("https://");
        }
        let behind_proxy = !matches!(self.client_ip_source, ClientIpSource::ConnectInfo);
        behind_proxy
            && headers
                .get("x-forwarded-proto")
                .is_some_and(|proto| proto == "https")
    }
}

/// Whether a proxy passed this request on: then its sender is not who the connection says.
pub(crate) fn is_proxied(headers: &HeaderMap) -> bool {
    headers
        .keys()
        .map(HeaderName::as_str)
        .any(|name| name == "forwarded" || name == "x-real-ip" || name.starts_with("x-forwarded-"))
}
