//! What a room weighs: how often a browser asks, and how much comes.

use reqwest::Method;
use serde_json::Value;
use whatscrap_testkit::browser::Device;
use whatscrap_testkit::{App, Person};

use super::reading_pages::{enter, open};

stories! {
    a_room_with_fifty_messages_is_small,
}

/// How many bytes come for a path, compressed as a debug build does it; pictures come as they are.
async fn weight(person: &Person, path: &str) -> usize {
    let asked = person.page(Method::GET, path);
    let answer = asked.header("accept-encoding", "gzip").send().await;
    assert_eq!(answer.status, 200, "{path}");
    answer.size
}

async fn a_room_with_fifty_messages_is_small(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    for number in 1..=60 {
        let body = format!(
            "Message {number}: what one says in a room, *now and then* with [a link](https://example.com/{number})."
        );
        ada.posts(&body).in_room(&room).await;
    }
    let page = weight(&ada, &format!("/chat/room/{room}")).await;
    assert!(page <= 30_000, "{page} bytes");
}

#[tokio::test]
async fn a_browser_asks_seldom_and_for_little() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    for number in 1..=50 {
        ada.posts(&format!("message {number}")).in_room(&room).await;
    }
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    desk.holds("document.querySelector('#log[data-actions]')")
        .await;
    let asked =
        "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)";
    let Value::Array(asked) = desk.eval(asked).await else {
        panic!("a list");
    };
    let asked: Vec<_> = asked.iter().filter_map(Value::as_str).collect();
    // The page itself, the socket, the worker and what it keeps are not in the list.
    assert!(asked.len() + 3 <= 25, "{asked:?}");
    let fresh: Vec<_> = asked
        .iter()
        .filter(|path| !path.starts_with("/static/"))
        .collect();
    // What has a hash in its name is not asked for again: there remain the page and the socket.
    assert!(
        fresh
            .iter()
            .all(|path| path.ends_with(".webmanifest") || path.ends_with("/sw.js")),
        "{fresh:?}"
    );
    desk.reload().await;
    desk.holds("document.querySelector('#log[data-actions]')")
        .await;
    let came = "performance.getEntriesByType('resource')
        .filter(({ transferSize: size }) => size > 0).map(({ name }) => name).join()";
    assert_eq!(desk.eval(came).await, "", "beside the page and the socket");
    assert_eq!(desk.complaints().await, Vec::<String>::new());
}
