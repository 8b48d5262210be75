//! What it costs to encode a message for everyone: `cargo bench -p whatscrap-web`.

use divan::Bencher;
use whatscrap_kernel::Uuid;
use whatscrap_messages::testing::{new_message, posted};
use whatscrap_rooms::RoomId;
use whatscrap_users::testing::new_user;
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
    let author = new_user("ada").user;
    let room = RoomId(Uuid::from_u64_pair(1, 2));
    let message = posted(new_message(room, author.id, text), author, 123_456);
    let encode = encoders().message;
    bencher.bench(|| {
        let mut bytes = Vec::new();
        encode(divan::black_box(&message), &mut bytes);
        bytes
    });
}
