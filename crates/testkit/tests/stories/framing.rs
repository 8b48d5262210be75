//! RFC 6455 below the frames of the protocol, after the cases of the Autobahn
//! suite: fragments, control frames, text, and the closing handshake. No
//! database is asked, so these run on one of them.

use futures_util::future::join_all;
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

/// What a connection is to end with.
struct End {
    what: String,
    frames: Vec<RawFrame>,
    code: u16,
}

fn end(what: impl Into<String>, frames: Vec<RawFrame>, code: u16) -> End {
    let what = what.into();
    End { what, frames, code }
}

/// Says each of these on a connection of its own, all at once: after a fault the
/// server lingers for a second.
async fn all_end(ends: Vec<End>) {
    let app = App::with(&["--max-sockets-per-user=100"]).await;
    let ada = app.user("ada").await;
    let ending = ends.into_iter().map(async |end| {
        let mut wire = ada.upgrade().wire().await;
        for frame in &end.frames {
            wire.say(frame).await;
        }
        assert_eq!(wire.closed().await, end.code, "{}", end.what);
    });
    join_all(ending).await;
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
    let close = |code: u16, reason: &str| {
        RawFrame::new(Close, [&code.to_be_bytes(), reason.as_bytes()].concat())
    };
    let mut ends: Vec<End> = [1000, 1001, 1003, 1007, 1008, 1011, 3000, 3999, 4000, 4999]
        .map(|code| end("a code of the client", vec![close(code, "bye")], code))
        .into();
    let text = RawFrame::new(Text, "{");
    ends.extend([
        end("no code", vec![RawFrame::new(Close, "")], 1005),
        end(
            "a text that comes too late",
            vec![close(1000, ""), text.clone()],
            1000,
        ),
        end(
            "a close between pieces",
            vec![text.unfinished(), close(1000, "")],
            1000,
        ),
        end(
            "the longest reason",
            vec![close(1000, &"x".repeat(123))],
            1000,
        ),
    ]);
    all_end(ends).await;
}

#[tokio::test]
async fn what_rfc_6455_rules_out_ends_with_its_code() {
    let text = |bytes: &[u8]| RawFrame::new(Text, bytes);
    let one = |frame: RawFrame| vec![frame];
    let mut ends = vec![
        end(
            "the first reserved bit",
            one(text(b"{}").with_bits(0x40)),
            1002,
        ),
        end(
            "the second reserved bit",
            one(text(b"{}").with_bits(0x20)),
            1002,
        ),
        end(
            "the third reserved bit",
            one(text(b"{}").with_bits(0x10)),
            1002,
        ),
        end(
            "a reserved bit of a ping",
            one(RawFrame::new(Ping, "").with_bits(0x40)),
            1002,
        ),
        end("a reserved opcode", one(text(b"{}").with_bits(0x02)), 1002),
        end(
            "a reserved control opcode",
            one(RawFrame::new(Pong, "").with_bits(0x05)),
            1002,
        ),
        end(
            "a ping in pieces",
            one(RawFrame::new(Ping, "").unfinished()),
            1002,
        ),
        end(
            "a ping that is too long",
            one(RawFrame::new(Ping, vec![0; 126])),
            1002,
        ),
        end(
            "a close that is too long",
            one(RawFrame::new(Close, vec![3; 126])),
            1002,
        ),
        end("a close of one byte", one(RawFrame::new(Close, [3])), 1002),
        end(
            "a continuation of nothing",
            one(RawFrame::new(Continuation, "")),
            1002,
        ),
        end(
            "a text within a text",
            vec![text(b"{").unfinished(), text(b"}")],
            1002,
        ),
        end("no mask", one(text(b"{}").unmasked()), 1002),
        end("a binary frame", one(RawFrame::new(Binary, "{}")), 1003),
        end("a byte that begins nothing", one(text(b"\xff")), 1007),
        end("half a character", one(text(b"\xf0\x9f\x90")), 1007),
        end("a longer form than needed", one(text(b"\xc0\xaf")), 1007),
        end("half a surrogate pair", one(text(b"\xed\xa0\x80")), 1007),
        end("beyond Unicode", one(text(b"\xf4\x90\x80\x80")), 1007),
        end(
            "a reason that is not UTF-8",
            one(RawFrame::new(Close, b"\x03\xe8\xff")),
            1007,
        ),
    ];
    for code in [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
        let close = RawFrame::new(Close, code.to_be_bytes());
        ends.push(end(format!("the close code {code}"), one(close), 1002));
    }
    for declared in [65 * 1024, 10 << 20, u64::MAX >> 1] {
        let frame = text(&[b' '; 100]).declaring(declared);
        ends.push(end("too long by its own word", one(frame), 1009));
    }
    let piece = [b' '; 1024];
    let mut pieces = one(text(&piece).unfinished());
    pieces.resize(66, RawFrame::new(Continuation, piece).unfinished());
    ends.push(end("too long in all", pieces, 1009));
    all_end(ends).await;
}
