use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use bytes::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName};
use hyper::http::request::{Builder, Request};
use p256::PublicKey;
use serde_json::json;
use web_push_native::Auth;
use whatscrap_messages::notify::{Keys, Push, Urgency};

use super::endpoint::Endpoint;

/// What is said is made longer, to a multiple of this, so that its length tells little.
const BLOCK: usize = 512;

const TTL: HeaderName = HeaderName::from_static("ttl");
const URGENCY: HeaderName = HeaderName::from_static("urgency");
const TOPIC: HeaderName = HeaderName::from_static("topic");

/// The browser's key, if it is a point of the curve.
pub(super) fn public_key(keys: &Keys) -> Option<PublicKey> {
    PublicKey::from_sec1_bytes(&keys.p256dh).ok()
}

/// What `static/sw.js` reads.
fn said(push: &Push) -> Vec<u8> {
    let read: Vec<_> = push.read.iter().map(|room| room.0.to_string()).collect();
    let mut said = json!({
        "v": 1,
        "room": push.room.map(|room| room.0.to_string()),
        "seq": push.seq,
        "count": push.count,
        "title": push.title,
        "body": push.body,
        "read": read,
    })
    .to_string()
    .into_bytes();
    // Space after JSON means nothing.
    said.resize(said.len().next_multiple_of(BLOCK), b' ');
    said
}

/// The body of the request (RFC 8291): nobody but the browser can read it. `None`: not even that,
/// for its keys are none.
pub(super) fn encrypt(push: &Push, keys: &Keys) -> Option<Bytes> {
    let auth = Auth::from(keys.auth);
    let sealed = web_push_native::encrypt(said(push), &public_key(keys)?, &auth);
    sealed.ok().map(Bytes::from)
}

/// The head of the request.
pub(super) fn head(push: &Push, endpoint: &Endpoint, authorization: &str) -> Builder {
    let head = Request::post(endpoint.target.as_str())
        .header(HOST, endpoint.authority())
        .header(AUTHORIZATION, authorization)
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_ENCODING, "aes128gcm")
        .header(TTL, push.ttl.as_secs())
        .header(
            URGENCY,
            match push.urgency {
                Urgency::Normal => "normal",
                Urgency::High => "high",
            },
        );
    match push.room {
        // Of a room only the newest waits at the push service. 22 letters, of 32 allowed.
        Some(room) => head.header(TOPIC, BASE64.encode(room.0.as_bytes())),
        None => head,
    }
}
