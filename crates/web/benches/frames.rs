//! What it costs to encode a message for everyone: `cargo bench -p whatscrap-web`.

use divan::Bencher;
use whatscrap_kernel::Uuid;
use whatscrap_messages::{ClientId, Mentions, Message, MessageBody, MessageId};
use whatscrap_rooms::RoomId;
use whatscrap_users::testing::{new_user, now};
use whatscrap_web::encoders;

fn main() {
    divan::main();
}

/// A text of 100 bytes, and one that has to be escaped, marked up and linked.
const TEXTS: [&str; 2] = [
    "It takes about a hundred bytes to say what people say to each other in an ordinary room of friends.",
    "<b>\"Look\"</b>: https://example.com/?a=1&b=2 and `code` & more, and another https://example.org/path",
];

#[divan::bench(args = TEXTS)]
fn encode_a_message(bencher: Bencher, text: &str) {
    let message = Message {
        id: MessageId(Uuid::from_u64_pair(1, 1)),
        room: RoomId(Uuid::from_u64_pair(1, 2)),
        seq: 123_456,
        version: 123_460,
        client_id: ClientId::stored("01900000-0000-7000-8000-000000000001".to_owned()),
        author: new_user("ada").user,
        body: MessageBody::stored(text.to_owned()),
        html: None,
        reply_to: None,
        mentions: Mentions::default(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        created_at: now(),
        edited_at: None,
        deleted_at: None,
    };
    let encode = encoders().message;
    bencher.bench(|| {
        let mut bytes = Vec::new();
        encode(divan::black_box(&message), &mut bytes);
        bytes
    });
}
