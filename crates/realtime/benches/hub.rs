//! What it costs to give one message to a room's sockets, and what the sockets' side of it costs:
//! `cargo bench -p whatscrap-realtime`.

use std::sync::Arc;
use std::task::{Context, Waker};

use divan::Bencher;
use divan::counter::ItemsCount;
use whatscrap_kernel::Uuid;
use whatscrap_messages::Event;
use whatscrap_messages::testing::{new_message, posted};
use whatscrap_realtime::{Connection, Encoders, Hub, PresenceTiming, QueueLimits, Slot};
use whatscrap_rooms::RoomId;
use whatscrap_users::testing::login;

fn main() {
    divan::main();
}

const MEMBERS: [usize; 3] = [1, 100, 1_000];

fn room() -> RoomId {
    RoomId(Uuid::from_u64_pair(1, 1))
}

/// Encoding has a benchmark of its own, in `web`.
fn encoders() -> Encoders {
    Encoders {
        message: |_, bytes| bytes.resize(bytes.len() + 600, b'x'),
        read: |_, _, _, bytes| bytes.push(b'x'),
        typing: |_, _, bytes| bytes.push(b'x'),
        presence: |_, _, bytes| bytes.push(b'x'),
        user: |_, bytes| bytes.push(b'x'),
    }
}

fn members(count: usize) -> (Arc<Hub>, Vec<Connection>) {
    let hub = Arc::new(Hub::new(
        encoders(),
        QueueLimits::default(),
        count,
        PresenceTiming::default(),
    ));
    let ada = login("ada");
    let connect = |_| {
        let connection = hub.connect(ada.user.id, ada.session.id);
        let mut connection = connection.expect("there is room for all");
        connection.subscribe(room(), Slot(0));
        connection
    };
    let connections = (0..count).map(connect).collect();
    (hub, connections)
}

fn message() -> Event {
    let author = login("ada").user;
    let message = posted(new_message(room(), author.id, "hello"), author, 1);
    Event::Messages(room(), vec![Arc::new(message)])
}

fn drain(connections: &[Connection]) {
    let mut context = Context::from_waker(Waker::noop());
    let mut batch = Vec::new();
    for connection in connections {
        let taken = connection
            .outbox()
            .poll_take(&mut context, &mut batch, usize::MAX);
        assert!(taken.is_ready());
        batch.clear();
    }
}

/// A message into the queues of all members.
#[divan::bench(args = MEMBERS)]
fn deliver(bencher: Bencher, count: usize) {
    let (hub, connections) = members(count);
    let event = message();
    hub.deliver(&event);
    bencher
        .with_inputs(|| drain(&connections))
        .counter(ItemsCount::new(count))
        .bench_values(|()| hub.deliver(&event));
}

/// The same, and out of the queues again.
#[divan::bench(args = MEMBERS)]
fn deliver_and_take(bencher: Bencher, count: usize) {
    let (hub, connections) = members(count);
    let event = message();
    bencher.counter(ItemsCount::new(count)).bench(|| {
        hub.deliver(&event);
        drain(&connections);
    });
}
