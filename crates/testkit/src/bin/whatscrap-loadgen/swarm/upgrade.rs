//! The upgrade of RFC 6455, with the sample key of its section 1.3: a key that
//! is always the same needs no hashing to be checked.

use memchr::memmem;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The server answered with anything else than the upgrade.
pub(crate) struct Refused;

/// The request of a browser that holds `cookie`.
pub(crate) fn request(authority: &str, cookie: &str) -> Vec<u8> {
    format!(
        "GET /api/v1/ws HTTP/1.1\r\nHost: {authority}\r\nOrigin: http://{authority}\r\n\
         Cookie: {cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    )
    .into_bytes()
}

/// A server's answer to that.
pub(crate) fn answer() -> String {
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-accept: {ACCEPT}\r\n\r\n"
    )
}

/// What follows the server's answer; `None` while that is not whole.
pub(crate) fn accepted(bytes: &[u8]) -> Option<Result<&[u8], Refused>> {
    const END: &[u8] = b"\r\n\r\n";
    let (head, rest) = bytes.split_at(memmem::find(bytes, END)? + END.len());
    if head.starts_with(b"HTTP/1.1 101 ") && memmem::find(head, ACCEPT.as_bytes()).is_some() {
        Some(Ok(rest))
    } else {
        Some(Err(Refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_our_key_is_an_upgrade() {
        let good = answer() + "rest";
        assert!(matches!(accepted(good.as_bytes()), Some(Ok(b"rest"))));
        for bad in [good.replace(ACCEPT, "x"), good.replace("101", "200")] {
            assert!(matches!(accepted(bad.as_bytes()), Some(Err(Refused))));
        }
        let half = &good.as_bytes()[..40];
        assert!(accepted(half).is_none());
    }
}
