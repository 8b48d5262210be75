//! Reads the few fields that matter out of a frame without parsing the rest: at
//! a million frames a second, a JSON tree each is more work than the server's.
//!
//! The server writes `type` first and nests nothing before the fields looked
//! for here. Each is looked for where the server puts it today, and only then
//! further on. The generator's own texts hold no quotes.

use memchr::memmem;

/// A room's id, as frames write it.
pub(crate) type RoomId = [u8; 36];

/// What a frame is, as far as the generator cares.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// A delivery: the room and the number of its change.
    Message { room: &'a RoomId, version: u64 },
    /// A post is committed.
    Ack {
        room: &'a RoomId,
        version: u64,
        duplicate: bool,
    },
    /// A post is refused, or a frame was wrong.
    Error,
    /// The answer to `hello`.
    Welcome,
    /// The server wants to hear something.
    Ping,
    /// Anything else.
    Other,
}

/// Reads a frame.
pub(crate) fn read(text: &[u8]) -> Heard<'_> {
    let Some(rest) = text.strip_prefix(br#"{"type":""#) else {
        return Heard::Other;
    };
    if let Some(rest) = rest.strip_prefix(b"message") {
        return match change(rest) {
            Some((room, version)) => Heard::Message { room, version },
            None => Heard::Other,
        };
    }
    let kind = rest.split(|&byte| byte == b'"').next();
    match kind.unwrap_or_default() {
        b"ack" => match change(rest) {
            Some((room, version)) => Heard::Ack {
                room,
                version,
                duplicate: memmem::find(rest, br#""duplicate":true"#).is_some(),
            },
            None => Heard::Other,
        },
        b"error" => Heard::Error,
        b"welcome" => Heard::Welcome,
        b"ping" => Heard::Ping,
        _ => Heard::Other,
    }
}

/// When the generator sent the message of a delivery or an ack, and to which node: its name begins
/// with that.
pub(crate) fn sent(text: &[u8]) -> Option<(u64, u64)> {
    let name = after(text, br#""client_id":""#)?;
    Some((number(name)?, number(after(name, b"-")?)?))
}

fn change(text: &[u8]) -> Option<(&RoomId, u64)> {
    let (room, rest) = after(text, br#"","room":""#)?.split_first_chunk()?;
    let version =
        number(after(rest, br#"","version":"#).or_else(|| after(rest, br#""version":"#))?)?;
    Some((room, version))
}

fn after<'a>(text: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    text.strip_prefix(key)
        .or_else(|| Some(&text[memmem::find(text, key)? + key.len()..]))
}

fn number(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    let mut digits = digits.map(|digit| u64::from(digit - b'0')).peekable();
    digits.peek()?;
    Some(digits.fold(0, |number, digit| number * 10 + digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &RoomId = b"01900000-0000-7000-8000-000000000001";

    fn frame(text: &str) -> Vec<u8> {
        let room = std::str::from_utf8(ROOM).unwrap();
        text.replace("ROOM", room).into_bytes()
    }

    #[test]
    fn a_delivery_tells_its_room_its_change_and_when_and_where_it_was_sent() {
        let text = frame(
            r#"{"type":"message","room":"ROOM","version":57,"message":{"id":"i","room":"ROOM","seq":42,"version":57,"client_id":"123-2-4","body":"x"}}"#,
        );
        let expected = Heard::Message {
            room: ROOM,
            version: 57,
        };
        assert_eq!(read(&text), expected);
        assert_eq!(sent(&text), Some((123, 2)));
    }

    #[test]
    fn the_fields_of_a_delivery_are_found_further_on_too() {
        let text = frame(
            r#"{"type":"message","new":1,"room":"ROOM","also":{},"version":7,"message":{}}"#
                .replacen("1,", "\"x\",", 1)
                .as_str(),
        );
        let expected = Heard::Message {
            room: ROOM,
            version: 7,
        };
        assert_eq!(read(&text), expected);
    }

    #[test]
    fn an_ack_says_whether_it_is_a_second_one() {
        for duplicate in [false, true] {
            let text = frame(&format!(
                r#"{{"type":"ack","ref":"1","room":"ROOM","client_id":"9-0-1","id":"i","seq":3,"version":4,"created_at":"t","duplicate":{duplicate}}}"#
            ));
            let expected = Heard::Ack {
                room: ROOM,
                version: 4,
                duplicate,
            };
            assert_eq!(read(&text), expected);
            assert_eq!(sent(&text), Some((9, 0)));
        }
    }

    #[test]
    fn frames_of_no_interest_are_passed_over() {
        assert_eq!(read(br#"{"type":"room","room":{}}"#), Heard::Other);
        assert_eq!(read(br#"{"type":"message","room":"short"}"#), Heard::Other);
        assert_eq!(read(b"{}"), Heard::Other);
    }
}
