//! Whole requests for a room, in one process with the server:
//! `cargo bench -p whatscrap-testkit --bench pages`.

use divan::Bencher;
use reqwest::Method;
use tokio::runtime::Runtime;
use whatscrap_testkit::{App, Person};

fn main() {
    divan::main();
}

/// More than a page holds.
const MESSAGES: usize = 120;

struct Room {
    runtime: Runtime,
    _app: App,
    ada: Person,
    id: String,
}

impl Room {
    fn full() -> Self {
        let runtime = Runtime::new().expect("a runtime starts");
        let (app, ada, id) = runtime.block_on(async {
            let app = App::on_sqlite().await;
            let ada = app.user("ada").await;
            let id = ada.creates_room("Hall").await;
            for number in 0..MESSAGES {
                ada.posts(&format!("message {number}")).in_room(&id).await;
            }
            (app, ada, id)
        });
        Self {
            runtime,
            _app: app,
            ada,
            id,
        }
    }
}

#[divan::bench]
fn room_page(bencher: Bencher) {
    let room = Room::full();
    let path = format!("/chat/room/{}", room.id);
    bencher.bench_local(|| {
        let request = room.ada.page(Method::GET, &path);
        let answer = room.runtime.block_on(request.send());
        assert_eq!(answer.status, 200);
    });
}

#[divan::bench]
fn history_page(bencher: Bencher) {
    let room = Room::full();
    let path = format!("/rooms/{}/messages?before=100&limit=50", room.id);
    bencher.bench_local(|| {
        let answer = room.runtime.block_on(room.ada.get(&path).send());
        assert_eq!(answer.status, 200);
    });
}
