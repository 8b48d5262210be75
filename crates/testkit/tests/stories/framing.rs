//! RFC 6455 below the frames of the protocol, after the cases of the Autobahn
//! suite: fragments, control frames, text, and the closing handshake. No
//! database is asked, so these run on one of them.

use serde_json::Value;
use whatscrap_testkit::{App, Opcode, RawFrame, Wire};

use Opcode::{Binary, Close, Continuation, Ping, Pong, Text};

/// A connection that has said hello and has the welcome.
async fn greeted(app: &App) -> Wire {
    let mut wire = app.user("ada").await.upgrade().wire().await;
    wire.say_text(r#"{"type":"hello","v":1}"#).await;
    assert_eq!(next_type(&mut wire).await, "welcome");
    wire
}

async fn next_type(wire: &mut Wire) -> Value {
    let text = wire.hear_next(Text).await;
    let mut frame: Value = serde_json::from_slice(&text).expect("the server speaks JSON");
    frame["type"].take()
}

/// Sends frames and expects the connection to end with this code.
async fn ends(app: &App, what: &str, frames: &[RawFrame], code: u16) {
    let mut wire = app.login("ada").await.upgrade().wire().await;
    for frame in frames {
        wire.say(frame).await;
    }
    assert_eq!(wire.closed().await, code, "{what}");
}

#[tokio::test]
async fn a_text_may_come_in_pieces_with_control_frames_between() {
    let app = App::on_sqlite().await;
    let mut wire = greeted(&app).await;
    let text = br#"{"type":"ping","x":""#;
    wire.say(&RawFrame::new(Text, &text[..1]).unfinished())
        .await;
    wire.say(&RawFrame::new(Ping, "1")).await;
    assert_eq!(
        wire.hear_next(Pong).await,
        b"1",
        "it does not wait for the end"
    );
    wire.say(&RawFrame::new(Continuation, &text[1..]).unfinished())
        .await;
    wire.say(&RawFrame::new(Pong, "nobody asked")).await;
    // A character, too, may come in pieces.
    let [cat @ .., last] = "🐈".as_bytes() else {
        unreachable!("a cat has bytes");
    };
    wire.say(&RawFrame::new(Continuation, cat).unfinished())
        .await;
    wire.say(&RawFrame::new(Continuation, "").unfinished())
        .await;
    let end = [&[*last][..], br#""}"#].concat();
    wire.say(&RawFrame::new(Continuation, end)).await;
    assert_eq!(next_type(&mut wire).await, "pong");
}

#[tokio::test]
async fn sixty_thousand_pieces_of_a_byte_are_one_text() {
    let app = App::on_sqlite().await;
    let mut wire = greeted(&app).await;
    let text = format!(r#"{{"type":"ping","x":"{}"}}"#, "x".repeat(60_000));
    let (first, rest) = text.as_bytes().split_at(1);
    let mut bytes = RawFrame::new(Text, first).unfinished().encode();
    for byte in rest {
        bytes.extend(RawFrame::new(Continuation, [*byte]).unfinished().encode());
    }
    bytes.extend(RawFrame::new(Continuation, "").encode());
    assert!(wire.write(&bytes).await);
    assert_eq!(next_type(&mut wire).await, "pong");
}

#[tokio::test]
async fn a_ping_is_answered_with_its_own_payload() {
    let app = App::on_sqlite().await;
    let mut wire = greeted(&app).await;
    for payload in [vec![], b"hello".to_vec(), vec![0xff; 125]] {
        wire.say(&RawFrame::new(Ping, payload.clone())).await;
        assert_eq!(wire.hear_next(Pong).await, payload);
    }
    for number in 0..10_u8 {
        wire.say(&RawFrame::new(Ping, [number])).await;
    }
    while wire.hear_next(Pong).await != [9] {}
}

#[tokio::test]
async fn the_close_is_answered_with_its_code() {
    let app = App::on_sqlite().await;
    app.user("ada").await;
    let close = |code: u16, reason: &str| {
        RawFrame::new(Close, [&code.to_be_bytes(), reason.as_bytes()].concat())
    };
    for code in [1000, 1001, 1003, 1007, 1008, 1011, 3000, 3999, 4000, 4999] {
        ends(&app, "a code of the client", &[close(code, "bye")], code).await;
    }
    let empty = RawFrame::new(Close, "");
    ends(&app, "no code", &[empty], 1005).await;
    let after = [close(1000, ""), RawFrame::new(Text, "too late")];
    ends(&app, "nothing counts after a close", &after, 1000).await;
    let between = [RawFrame::new(Text, "{").unfinished(), close(1000, "")];
    ends(&app, "a close between pieces", &between, 1000).await;
    let longest = close(1000, &"x".repeat(123));
    ends(&app, "the longest reason", &[longest], 1000).await;
}

#[tokio::test]
async fn what_rfc_6455_rules_out_ends_with_its_code() {
    let app = App::on_sqlite().await;
    app.user("ada").await;
    let text = |bytes: &[u8]| RawFrame::new(Text, bytes);
    let protocol_errors = [
        ("the first reserved bit", vec![text(b"{}").with_bits(0x40)]),
        ("the second reserved bit", vec![text(b"{}").with_bits(0x20)]),
        ("the third reserved bit", vec![text(b"{}").with_bits(0x10)]),
        (
            "a reserved bit of a ping",
            vec![RawFrame::new(Ping, "").with_bits(0x40)],
        ),
        ("a reserved opcode", vec![text(b"{}").with_bits(0x02)]),
        (
            "a reserved control opcode",
            vec![RawFrame::new(Pong, "").with_bits(0x05)],
        ),
        (
            "a ping in pieces",
            vec![RawFrame::new(Ping, "").unfinished()],
        ),
        (
            "a ping that is too long",
            vec![RawFrame::new(Ping, vec![0; 126])],
        ),
        (
            "a close that is too long",
            vec![RawFrame::new(Close, vec![3; 126])],
        ),
        ("a close of one byte", vec![RawFrame::new(Close, [3])]),
        (
            "a continuation of nothing",
            vec![RawFrame::new(Continuation, "")],
        ),
        (
            "a text within a text",
            vec![text(b"{").unfinished(), text(b"}")],
        ),
        ("no mask", vec![text(b"{}").unmasked()]),
    ];
    for (what, frames) in &protocol_errors {
        ends(&app, what, frames, 1002).await;
    }
    for code in [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
        let close = RawFrame::new(Close, code.to_be_bytes());
        ends(&app, &format!("the close code {code}"), &[close], 1002).await;
    }
    let binary = RawFrame::new(Binary, "{}");
    ends(&app, "a binary frame", &[binary], 1003).await;
    for (what, bytes) in [
        ("a byte that begins nothing", &b"\xff"[..]),
        ("half a character", b"\xf0\x9f\x90"),
        ("a longer form than needed", b"\xc0\xaf"),
        ("half a surrogate pair", b"\xed\xa0\x80"),
        ("beyond Unicode", b"\xf4\x90\x80\x80"),
    ] {
        ends(&app, what, &[text(bytes)], 1007).await;
    }
    let reason = RawFrame::new(Close, b"\x03\xe8\xff");
    ends(&app, "a reason that is not UTF-8", &[reason], 1007).await;
    for declared in [65 * 1024, 10 << 20, u64::MAX >> 1] {
        let frame = text(&[b' '; 100]).declaring(declared);
        ends(&app, "too long by its own word", &[frame], 1009).await;
    }
    let piece = [b' '; 1024];
    let mut pieces = vec![text(&piece).unfinished()];
    pieces.resize(66, RawFrame::new(Continuation, piece).unfinished());
    ends(&app, "too long in all", &pieces, 1009).await;
}
