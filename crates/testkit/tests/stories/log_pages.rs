//! The log as one sees it: who stands with whom, and the way back to its end.

use serde_json::{Value, json};
use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

use super::reading_pages::{enter, open, room_of_two};

/// By position, what stands together with the message before it.
async fn together(browser: &Browser) -> Value {
    let rows = "[...document.querySelectorAll('.message[data-seq]')].filter((row) => 'grouped' in row.dataset).map((row) => Number(row.dataset.seq))";
    browser.eval(rows).await
}

async fn is_last_in_sight(browser: &Browser, text: &str) {
    let text = json!(text);
    browser
        .holds(&format!(
            "(() => {{
                const row = [...document.querySelectorAll('.message')].at(-1);
                const {{ bottom }} = row.getBoundingClientRect();
                const end = document.getElementById('log').getBoundingClientRect().bottom;
                return row.textContent.includes({text}) && bottom <= end + 1 && document.getElementById('jump').hidden;
            }})()"
        ))
        .await;
}

/// Goes to the first message that is shown.
async fn scrolls_up(browser: &Browser) {
    browser
        .eval("document.querySelector('.message').scrollIntoView({ block: 'start', behavior: 'instant' })")
        .await;
    browser
        .holds("!document.getElementById('jump').hidden")
        .await;
}

#[tokio::test]
async fn what_one_says_in_a_row_stands_together_and_the_end_is_never_far() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    for text in ["one", "two"] {
        ben.posts(text).in_room(&room).await;
    }
    is_last_in_sight(&desk, "two").await;
    for text in ["three", "four"] {
        desk.says("General", text).await;
        is_last_in_sight(&desk, text).await;
    }
    desk.holds("document.querySelectorAll('[data-state=sent]').length === 4")
        .await;
    ben.posts("five").in_room(&room).await;
    is_last_in_sight(&desk, "five").await;
    assert_eq!(together(&desk).await, json!([2, 4]));
    let days = "[...document.querySelectorAll('.log__day')].map((day) => day.innerText).join()";
    assert_eq!(desk.eval(days).await, "Today");
    // So it is as the server writes it.
    desk.reload().await;
    assert_eq!(together(&desk).await, json!([2, 4]));
    assert_eq!(desk.eval(days).await, "Today");

    // Until five minutes later, or the next day: as if the last one had been said then.
    for (minutes_ago, text) in [(4, "six"), (6, "seven"), (1440, "eight")] {
        let last = format!(
            "(() => {{
                const row = [...document.querySelectorAll('.message')].at(-1);
                const earlier = row.cloneNode(true);
                earlier.querySelector('time').dateTime = new Date(Date.now() - {minutes_ago} * 60_000).toISOString();
                row.replaceWith(earlier);
            }})()"
        );
        desk.eval(&last).await;
        ben.posts(text).in_room(&room).await;
        is_last_in_sight(&desk, text).await;
    }
    assert_eq!(together(&desk).await, json!([2, 4, 6]));
    assert_eq!(desk.eval(days).await, "Today,Yesterday,Today");

    let mut socket = ben.socket().await;
    for number in 9..=400 {
        socket.send(&room, &format!("message {number}")).await;
    }
    is_last_in_sight(&desk, "message 400").await;
    scrolls_up(&desk).await;
    let first = "[...document.querySelectorAll('.message')].find((row) =>
        row.getBoundingClientRect().bottom > document.getElementById('log').getBoundingClientRect().top)";
    let seen = desk.eval(&format!("{first}.dataset.seq")).await;
    socket.send(&room, "message 401").await;
    socket.send(&room, "message 402").await;
    desk.find("button", "2 new messages").await;
    assert_eq!(desk.eval(&format!("{first}.dataset.seq")).await, seen);
    desk.press("2 new messages").await;
    is_last_in_sight(&desk, "message 402").await;
    scrolls_up(&desk).await;
    desk.says("General", "mine").await;
    is_last_in_sight(&desk, "mine").await;
    scrolls_up(&desk).await;
    desk.goes_to(&desk.at("#log").await).await;
    desk.key("End").await;
    is_last_in_sight(&desk, "mine").await;

    // Going back, the other end is let go of; what is shown has no hole.
    while desk
        .eval("document.getElementById('log-start').hidden")
        .await
        == Value::Bool(true)
    {
        scrolls_up(&desk).await;
        desk.holds("document.querySelector('.message').getBoundingClientRect().top < 0 || !document.getElementById('log-start').hidden")
            .await;
    }
    let shown = desk
        .eval("[...document.querySelectorAll('.message')].map((row) => Number(row.dataset.seq))")
        .await;
    let shown = shown.as_array().unwrap();
    assert!(shown.len() <= 320, "{}", shown.len());
    for (row, seq) in shown.iter().zip(1..) {
        assert_eq!(row, &json!(seq));
    }
    desk.press("Newest messages").await;
    is_last_in_sight(&desk, "mine").await;

    // Of a message longer than the page, a link shows who said it.
    let long = socket.send(&room, &"at length ".repeat(390)).await;
    let place = format!("/chat/room/{room}?at={}", long["seq"]);
    desk.visit(&place).await;
    desk.holds(
        "(() => {
            const { top } = document.querySelector('[data-target] .message__author').getBoundingClientRect();
            return top > document.getElementById('log').getBoundingClientRect().top;
        })()",
    )
    .await;
    assert_eq!(desk.complaints().await, Vec::<String>::new());
}
