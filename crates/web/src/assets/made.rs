//! Files that the server makes itself when it starts.

use std::fmt::Write as _;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use brotli::enc::BrotliEncoderParams;
use sha2::{Digest, Sha256};

/// The last levels save a thirtieth, and ten times the work would delay the start.
const QUALITY: i32 = 9;

/// A file whose address changes with its content.
pub(super) struct Made {
    pub(super) url: String,
    kind: &'static str,
    text: Bytes,
    /// Empty in debug builds, which would take long.
    brotli: Bytes,
}

impl Made {
    /// Makes the file at a path below `static`.
    pub(super) fn new(path: &str, text: String) -> Self {
        let (name, extension) = path.rsplit_once('.').unwrap_or((path, ""));
        let mut hash = String::new();
        for byte in &Sha256::digest(&text)[..8] {
            write!(hash, "{byte:02x}").expect("a string takes all");
        }
        Self {
            url: format!("{}/{name}.{hash}.{extension}", super::PREFIX),
            kind: match extension {
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                _ => "application/json",
            },
            brotli: if cfg!(debug_assertions) {
                Bytes::new()
            } else {
                compressed(&text)
            },
            text: text.into(),
        }
    }

    /// What it weighs.
    #[cfg(test)]
    pub(super) fn compressed(&self) -> Bytes {
        compressed(std::str::from_utf8(&self.text).expect("it is text"))
    }

    /// It stays as it is under its address; in debug builds its source may change.
    pub(super) fn serve(&self, request: &HeaderMap) -> Response {
        let cache = if cfg!(debug_assertions) {
            "no-cache"
        } else {
            "public, max-age=31536000, immutable"
        };
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, cache),
            (header::VARY, "accept-encoding"),
        ];
        if self.brotli.is_empty() || !takes_brotli(request) {
            return (headers, self.text.clone()).into_response();
        }
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        (headers, [encoding], self.brotli.clone()).into_response()
    }
}

fn takes_brotli(request: &HeaderMap) -> bool {
    let accepted = request.get(header::ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.split(',').any(|each| each.trim() == "br"))
}

fn compressed(text: &str) -> Bytes {
    let params = BrotliEncoderParams {
        quality: QUALITY,
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut text.as_bytes(), &mut compressed, &params)
        .expect("memory takes what is written");
    compressed.into()
}
