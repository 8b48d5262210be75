//! Reads the few fields that matter out of a frame without parsing the rest: at
//! a million frames a second, a JSON tree each is more work than the server's.

/// What a frame is, as far as the generator cares.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    /// A delivery: its change number and the name its sender gave it.
    Message { version: u64, client_id: &'a str },
    /// A post is committed.
    Ack {
        version: u64,
        client_id: &'a str,
        duplicate: bool,
    },
    /// A post is refused, or the frame was wrong.
    Error,
    /// The server wants to hear something.
    Ping,
    /// Anything else.
    Other,
}

/// Reads a frame. The server writes `type` first and nests nothing before the
/// fields looked for here; the generator's own texts hold no quotes.
pub(crate) fn frame(text: &str) -> Frame<'_> {
    match string(text, "\"type\":\"").unwrap_or_default() {
        "message" => {
            let version = number(text, "\"version\":");
            let client_id = string(text, "\"client_id\":\"");
            version
                .zip(client_id)
                .map_or(Frame::Other, |(version, client_id)| Frame::Message {
                    version,
                    client_id,
                })
        }
        "ack" => {
            let version = number(text, "\"version\":");
            let client_id = string(text, "\"client_id\":\"");
            let duplicate = text.contains("\"duplicate\":true");
            version
                .zip(client_id)
                .map_or(Frame::Other, |(version, client_id)| Frame::Ack {
                    version,
                    client_id,
                    duplicate,
                })
        }
        "error" => Frame::Error,
        "ping" => Frame::Ping,
        _ => Frame::Other,
    }
}

fn string<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(key)?;
    rest.split('"').next()
}

fn number(text: &str, key: &str) -> Option<u64> {
    let (_, rest) = text.split_once(key)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_delivery_are_found_wherever_they_stand() {
        let text = r#"{"type":"message","room":"r","version":57,"message":{"id":"i","seq":42,"version":57,"client_id":"a-1","body":"x"}}"#;
        let expected = Frame::Message {
            version: 57,
            client_id: "a-1",
        };
        assert_eq!(frame(text), expected);
        let text = r#"{"message":{"client_id":"a-1","version":57},"type":"message","room":"r"}"#;
        assert_eq!(frame(text), expected);
    }

    #[test]
    fn an_ack_says_whether_it_is_a_second_one() {
        let text =
            r#"{"type":"ack","ref":"1","client_id":"b","seq":3,"version":4,"duplicate":false}"#;
        let expected = Frame::Ack {
            version: 4,
            client_id: "b",
            duplicate: false,
        };
        assert_eq!(frame(text), expected);
    }

    #[test]
    fn frames_of_no_interest_are_passed_over() {
        assert_eq!(frame(r#"{"type":"room","room":{}}"#), Frame::Other);
        assert_eq!(frame("{}"), Frame::Other);
    }
}
