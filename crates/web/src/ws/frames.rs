//! The frames of the protocol, version 1.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::body::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use uuid::Uuid;
use whatscrap_kernel::Time;
use whatscrap_messages::Message;
use whatscrap_realtime::{Presence, TYPING_LASTS};
use whatscrap_rooms::RoomId;
use whatscrap_users::{User, UserId};

use crate::problem::Problem;
use crate::views::{MessageView, RoomView, UserView, timestamp};

/// The only version there is.
pub(super) const VERSION: u64 = 1;

/// The most bytes of a `ref`.
const MAX_REF: usize = 64;

/// What a client says.
#[derive(Debug)]
pub(super) enum ClientFrame {
    Hello(Hello),
    Send(Send),
    Change(Change),
    Sync(Sync),
    Read(Read),
    Typing(Typing),
    Presence(PresenceNow),
    Ping,
    Pong,
}

#[derive(Debug, Deserialize)]
pub(super) struct Hello {
    pub(super) v: u64,
    pub(super) epoch: Option<String>,
    #[serde(default)]
    pub(super) rooms: HashMap<Uuid, u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Send {
    #[serde(rename = "ref", deserialize_with = "bounded_ref")]
    pub(super) reference: String,
    pub(super) room: Uuid,
    pub(super) client_id: String,
    pub(super) body: String,
    #[serde(default)]
    pub(super) attachments: Vec<Uuid>,
    pub(super) reply_to: Option<Uuid>,
}

/// What becomes of a message.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) reference: String,
    pub(super) room: Uuid,
    pub(super) message: Uuid,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Edit { body: String },
    Delete,
    React { emoji: String, on: bool },
}

#[derive(Deserialize)]
struct Edit {
    #[serde(flatten)]
    at: Place,
    body: String,
}

#[derive(Deserialize)]
struct React {
    #[serde(flatten)]
    at: Place,
    emoji: String,
    on: bool,
}

/// Which message is changed.
#[derive(Deserialize)]
struct Place {
    #[serde(rename = "ref", deserialize_with = "bounded_ref")]
    reference: String,
    room: Uuid,
    message: Uuid,
}

impl Place {
    fn change(self, what: What) -> ClientFrame {
        let Self {
            reference,
            room,
            message,
        } = self;
        ClientFrame::Change(Change {
            reference,
            room,
            message,
            what,
        })
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Sync {
    #[serde(rename = "ref", deserialize_with = "bounded_ref")]
    pub(super) reference: String,
    pub(super) room: Uuid,
    pub(super) version: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Read {
    pub(super) room: Uuid,
    pub(super) seq: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Typing {
    pub(super) room: Uuid,
}

/// What the person does at this socket.
#[derive(Debug, Deserialize)]
pub(super) struct PresenceNow {
    pub(super) state: State,
    /// The room they look at: in sight, focused, and touched within the last minute.
    pub(super) room: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Active,
    Away,
}

/// A frame that could not be taken.
#[derive(Debug)]
pub(super) enum FrameError {
    /// No JSON object, or of no known type: counted.
    Malformed(String),
    /// A known type with a bad field.
    Field {
        reference: Option<String>,
        message: String,
    },
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
}

/// Parses a text frame.
pub(super) fn parse(text: &str) -> Result<ClientFrame, FrameError> {
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| {
        FrameError::Malformed(format!("a frame is a JSON object with a `type`: {error}"))
    })?;
    match &*envelope.kind {
        "hello" => fields(text).map(ClientFrame::Hello),
        "send" => fields(text).map(ClientFrame::Send),
        "edit" => fields(text).map(|Edit { at, body }| at.change(What::Edit { body })),
        "delete" => fields(text).map(|at: Place| at.change(What::Delete)),
        "react" => fields(text).map(|React { at, emoji, on }| at.change(What::React { emoji, on })),
        "sync" => fields(text).map(ClientFrame::Sync),
        "read" => fields(text).map(ClientFrame::Read),
        "typing" => fields(text).map(ClientFrame::Typing),
        "presence" => fields(text).map(ClientFrame::Presence),
        "ping" => Ok(ClientFrame::Ping),
        "pong" => Ok(ClientFrame::Pong),
        other => Err(FrameError::Malformed(format!(
            "there is no frame type {other:?}"
        ))),
    }
}

fn fields<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, FrameError> {
    serde_json::from_str(text).map_err(|error| FrameError::Field {
        reference: reference(text),
        message: error.to_string(),
    })
}

fn bounded_ref<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let reference = String::deserialize(deserializer)?;
    if reference.len() <= MAX_REF {
        Ok(reference)
    } else {
        Err(D::Error::custom(format!(
            "a ref has at most {MAX_REF} bytes"
        )))
    }
}

fn reference(text: &str) -> Option<String> {
    let frame: Value = serde_json::from_str(text).ok()?;
    frame
        .get("ref")?
        .as_str()
        .filter(|reference| reference.len() <= MAX_REF)
        .map(str::to_owned)
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerFrame<'a> {
    Welcome {
        v: u64,
        connection: Uuid,
        epoch: &'a str,
        user: UserView,
        #[serde(serialize_with = "timestamp")]
        now: Time,
        heartbeat_ms: u64,
        limits: WelcomeLimits,
        rooms: Vec<WelcomeRoom>,
        presence: HashMap<Uuid, &'static str>,
    },
    Ack {
        #[serde(rename = "ref")]
        reference: &'a str,
        room: Uuid,
        client_id: &'a str,
        id: Uuid,
        seq: u64,
        version: u64,
        #[serde(serialize_with = "timestamp")]
        created_at: Time,
        duplicate: bool,
    },
    Ok {
        #[serde(rename = "ref")]
        reference: &'a str,
    },
    Error {
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<&'a str>,
        code: &'static str,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        field: Option<&'a str>,
        retry: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    Message {
        room: Uuid,
        version: u64,
        message: MessageView,
    },
    Synced {
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<&'a str>,
        room: Uuid,
        version: u64,
        complete: bool,
        reset: bool,
    },
    Read {
        room: Uuid,
        user: Uuid,
        seq: u64,
    },
    Typing {
        room: Uuid,
        user: Uuid,
        ttl_ms: u64,
    },
    Presence {
        user: Uuid,
        state: &'static str,
    },
    Room {
        room: RoomView,
    },
    Left {
        room: Uuid,
    },
    User {
        user: UserView,
    },
    Ping {
        rooms: HashMap<Uuid, u64>,
    },
    Pong,
    Bye {
        code: u16,
        reconnect_after_ms: u64,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct WelcomeRoom {
    pub(super) id: Uuid,
    pub(super) seq: u64,
    pub(super) version: u64,
    pub(super) read_seq: u64,
}

/// What a client may send, so that it can say so before it does.
#[derive(Debug, Serialize)]
pub(super) struct WelcomeLimits {
    pub(super) body_chars: usize,
    pub(super) frame_bytes: usize,
}

impl ServerFrame<'_> {
    /// The frame as it goes over the wire.
    pub(super) fn encode(&self) -> Bytes {
        let mut bytes = Vec::new();
        self.encode_into(&mut bytes);
        bytes.into()
    }

    /// Appends the frame to those before it: a text message of RFC 6455 §5.2, not masked.
    fn encode_into(&self, bytes: &mut Vec<u8>) {
        let text = serde_json::to_vec(self).expect("a frame is plain data");
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Text),
            ..FrameHeader::default()
        };
        header
            .format(text.len() as u64, bytes)
            .expect("memory takes everything");
        bytes.extend(text);
    }

    /// The refusal as a frame.
    pub(super) fn error(reference: Option<&str>, problem: &Problem) -> Bytes {
        ServerFrame::Error {
            reference,
            code: problem.code,
            message: &problem.title,
            field: problem.field.as_deref(),
            retry: problem.may_retry(),
            retry_after_ms: problem
                .retry_after
                .map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        }
        .encode()
    }
}

/// A message as a frame, the same for every socket.
pub(super) fn encode_message(message: &Message, bytes: &mut Vec<u8>) {
    let view = MessageView::from(message);
    ServerFrame::Message {
        room: view.room,
        version: view.version,
        message: view,
    }
    .encode_into(bytes);
}

/// A read pointer as a frame, the same for every socket.
pub(super) fn encode_read(room: RoomId, user: UserId, seq: u64, bytes: &mut Vec<u8>) {
    ServerFrame::Read {
        room: room.0,
        user: user.0,
        seq,
    }
    .encode_into(bytes);
}

/// Who types as a frame, the same for every socket.
pub(super) fn encode_typing(room: RoomId, user: UserId, bytes: &mut Vec<u8>) {
    ServerFrame::Typing {
        room: room.0,
        user: user.0,
        ttl_ms: u64::try_from(TYPING_LASTS.as_millis()).unwrap_or(u64::MAX),
    }
    .encode_into(bytes);
}

/// How someone is seen as a frame, the same for every socket.
pub(super) fn encode_presence(user: UserId, presence: Presence, bytes: &mut Vec<u8>) {
    ServerFrame::Presence {
        user: user.0,
        state: presence.word(),
    }
    .encode_into(bytes);
}

/// A profile as a frame, the same for every socket.
pub(super) fn encode_user(user: &User, bytes: &mut Vec<u8>) {
    let user = UserView::from(user);
    ServerFrame::User { user }.encode_into(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn malformed(text: &str) -> bool {
        matches!(parse(text), Err(FrameError::Malformed(_)))
    }

    #[test]
    fn text_that_is_no_object_with_a_known_type_is_malformed() {
        for text in [
            "",
            "[]",
            "1",
            "null",
            "{}",
            "{\"type\":1}",
            "{\"type\":\"dance\"}",
            "{\"type",
        ] {
            assert!(malformed(text), "{text}");
        }
    }

    #[test]
    fn a_bad_field_names_itself_and_echoes_the_ref() {
        let Err(FrameError::Field { reference, message }) =
            parse(r#"{"type":"send","ref":"7","room":"x","client_id":"c","body":"b"}"#)
        else {
            panic!("a bad room was taken")
        };
        assert_eq!(reference.as_deref(), Some("7"));
        assert!(message.contains("UUID"), "{message}");
        let Err(FrameError::Field { message, .. }) = parse(r#"{"type":"send","ref":"7"}"#) else {
            panic!("a missing room was taken")
        };
        assert!(message.contains("room"), "{message}");
    }

    #[test]
    fn a_long_ref_is_refused() {
        let text = format!(
            r#"{{"type":"sync","ref":"{}","room":"{}","version":0}}"#,
            "x".repeat(65),
            Uuid::nil()
        );
        assert!(matches!(
            parse(&text),
            Err(FrameError::Field {
                reference: None,
                ..
            })
        ));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert!(matches!(
            parse(r#"{"type":"hello","v":1,"new":[]}"#),
            Ok(ClientFrame::Hello(_))
        ));
        assert!(matches!(
            parse(r#"{"type":"ping","rooms":1}"#),
            Ok(ClientFrame::Ping)
        ));
    }
}
