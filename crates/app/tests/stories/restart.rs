//! The server is pulled away in the midst of a conversation between two
//! browsers, and brought back.

use serde_json::json;
use whatscrap_testkit::PASSWORD;
use whatscrap_testkit::browser::{Browser, Device};

use crate::launch;

/// How many messages in a certain state a page shows with this text.
fn count(text: &str, state: &str) -> String {
    let text = json!(text);
    format!(
        "[...document.querySelectorAll('[role=log] article[data-state={state}] .message__body')]
            .filter(e => e.innerText.trim() === {text}).length"
    )
}

async fn enters(browser: &Browser, name: &str, room: &str) {
    browser.visit("/auth/login").await;
    browser.fill("Username", name).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
    browser.visit(&format!("/chat/room/{room}")).await;
    browser
        .holds("document.documentElement.dataset.connection === 'online'")
        .await;
    browser.eval("window.neverReloaded = true").await;
}

#[tokio::test]
async fn what_is_said_while_the_server_is_away_arrives_once_and_in_order() {
    let (launch, _data) = launch();
    let mut server = launch.start().await;
    let Some(ada) = Browser::open(&server, "ada", Device::Desktop).await else {
        return;
    };
    let ben = Browser::open(&server, "ben", Device::Phone)
        .await
        .expect("one browser opened");
    let owner = server.user("ada").await;
    let room = owner.creates_room("Hall").await;
    server.user("ben").await;
    enters(&ada, "ada", &room).await;
    enters(&ben, "ben", &room).await;
    ada.says("Hall", "before").await;
    ben.holds(&format!("{} === 1", count("before", "sent")))
        .await;

    server.kill().await;
    for browser in [&ada, &ben] {
        browser
            .holds("document.documentElement.dataset.connection !== 'online'")
            .await;
        browser.holds("[...document.querySelectorAll('[role=status]')].some(e => e.checkVisibility() && e.innerText.trim())").await;
    }
    for text in ["one", "two", "three"] {
        ada.says("Hall", text).await;
        ada.holds(&format!("{} === 1", count(text, "pending")))
            .await;
    }
    ben.fill("Message Hall", "from the tunnel").await;
    ben.press("Send").await;

    server.starts_again().await;
    for browser in [&ada, &ben] {
        browser
            .holds("document.documentElement.dataset.connection === 'online'")
            .await;
        for text in ["before", "one", "two", "three", "from the tunnel"] {
            browser
                .holds(&format!("{} === 1", count(text, "sent")))
                .await;
        }
    }
    ada.says("Hall", "after").await;
    ben.holds(&format!("{} === 1", count("after", "sent")))
        .await;
    ada.holds(&format!("{} === 1", count("after", "sent")))
        .await;

    let rows = server.login("ada").await.reads_all(&room).await;
    let rows: Vec<&str> = rows
        .iter()
        .map(|row| row["body"].as_str().unwrap())
        .collect();
    assert_eq!(rows.len(), 6, "{rows:?}");
    let mine: Vec<&str> = rows
        .iter()
        .copied()
        .filter(|text| *text != "from the tunnel")
        .collect();
    assert_eq!(mine, ["before", "one", "two", "three", "after"], "in order");
    let shown = "[...document.querySelectorAll('[role=log] article .message__body')].map(e => e.innerText.trim())";
    for browser in [&ada, &ben] {
        assert_eq!(
            browser.eval(shown).await,
            json!(rows),
            "everyone sees what the server has"
        );
        assert_eq!(browser.eval("window.neverReloaded").await, true);
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}
