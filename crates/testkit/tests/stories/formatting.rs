//! Messages with markup in them: what people see of it, and that nothing hostile gets through.

use serde_json::{Value, json};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD};

stories! {
    a_body_is_formatted_for_everyone_alike,
    code_names_nobody,
    a_preview_is_what_would_be_posted,
}

async fn a_body_is_formatted_for_everyone_alike(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("front").await;
    ben.joins(&room).await;
    let mut socket = ben.socket().await;
    let posted = ada.posts("**hi** @ben").in_room(&room).await;
    let html = format!(
        "<p><strong>hi</strong> <span class=\"mention\" data-user=\"{}\">@ben</span></p>",
        ben.id
    );
    assert_eq!(posted["html"], html);
    assert_eq!(posted["body"], "**hi** @ben");
    assert_eq!(socket.hears("**hi** @ben").await["message"], posted);
    assert_eq!(ben.reads(&room).await, std::slice::from_ref(&posted));
}

async fn code_names_nobody(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("front").await;
    ben.joins(&room).await;
    for body in ["`@ben`", "> ```\n> @ben", "**x** ``@ben``"] {
        let posted = ada.posts(body).in_room(&room).await;
        assert_eq!(posted["mentions"], json!([]), "{body}");
    }
}

async fn a_preview_is_what_would_be_posted(app: &App) {
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let room = ada.creates_private_room("den").await;
    let path = format!("/rooms/{room}/preview");
    for body in ["plain <b>", "> *a*\n\n```rust\nb\n```", ":tada:"] {
        let text = json!({"body": body});
        let preview = ada.post(&path).json(&text).send().await.ok(200);
        let posted = ada.posts(body).in_room(&room).await;
        assert_eq!(preview["html"], posted["html"], "{body}");
    }
    let empty = json!({"body": " "});
    let empty = ada.post(&path).json(&empty).send().await;
    assert_eq!(
        (empty.status.as_u16(), &empty.json()["field"]),
        (422, &json!("body"))
    );
    let text = json!({"body": "a"});
    let strange = eve.post(&path).json(&text).send().await;
    assert_eq!(strange.status, 404, "nobody else learns of the room");
}

/// What people paste when they mean harm, a line each.
pub(super) const HOSTILE: &str = include_str!("../../../markup/hostile.txt");

pub(super) async fn register(browser: &Browser, room: &str) {
    browser.visit("/auth/register").await;
    browser.fill("Username", "ada").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Create account").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
    browser.visit(&format!("/chat/room/{room}")).await;
    let online = "document.documentElement.dataset.connection === 'online'";
    browser.holds(online).await;
}

/// The letters of each message that is shown, by its position; what is said of a link's host apart.
const LETTERS: &str = r#"[...document.querySelectorAll("[role=log] article")].map((row) => {
  const body = row.querySelector(".message__body").cloneNode(true);
  for (const said of body.querySelectorAll(".host, button")) said.remove();
  return [Number(row.dataset.seq), body.textContent.replace(/[^\p{L}\p{N}]/gu, "")];
})"#;

/// Elements that no message has.
const STRANGE: &str = r#"document.querySelectorAll(
  ".message__body :not(p, br, strong, em, del, code, pre, blockquote, ul, ol, li, a, span, .code, .code *), .message__body [style], .message__body [id], .message__body a:not([href^=http i], [href^='mailto:' i])"
).length"#;

/// Whether all of its letters are shown: the address of a link and the number of an item are not.
fn is_shown_whole(body: &str) -> bool {
    !body.contains("](") && !body.starts_with("1. ")
}

async fn shows_as_typed(browser: &Browser, bodies: &[String]) {
    let shown = browser.eval(LETTERS).await;
    for row in shown.as_array().unwrap() {
        let seq = usize::try_from(row[0].as_u64().unwrap()).unwrap();
        let body = &bodies[(seq - 1) % bodies.len()];
        let letters: String = body.chars().filter(|c| c.is_alphanumeric()).collect();
        if is_shown_whole(body) {
            assert_eq!(
                comparable(row[1].as_str().unwrap()),
                comparable(&letters),
                "{body:?}"
            );
        }
    }
    assert_eq!(browser.eval(STRANGE).await, Value::from(0));
}

/// What Rust and the browser both call letters, whichever Unicode they know.
fn comparable(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[tokio::test]
async fn nothing_hostile_is_more_than_text_in_a_real_browser() {
    let app = App::on_sqlite().await;
    let mallory = app.user("mallory").await;
    let room = mallory.creates_room("front").await;
    let bodies: Vec<_> = HOSTILE
        .lines()
        .map(|line| line.replace("\\n", "\n"))
        .collect();
    for body in &bodies {
        mallory.posts(body).in_room(&room).await;
    }
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    register(&ada, &room).await;
    for seq in (25..bodies.len() + 25).step_by(50) {
        ada.visit(&format!("/chat/room/{room}?at={seq}")).await;
        shows_as_typed(&ada, &bodies).await;
    }
    // And what comes by the socket.
    ada.visit(&format!("/chat/room/{room}")).await;
    let online = "document.documentElement.dataset.connection === 'online'";
    ada.holds(online).await;
    for body in &bodies {
        mallory.posts(body).in_room(&room).await;
    }
    let last = 2 * bodies.len();
    let seen = format!("document.querySelector('[role=log] article[data-seq=\"{last}\"]')");
    ada.holds(&seen).await;
    shows_as_typed(&ada, &bodies).await;
    assert_eq!(ada.complaints().await, Vec::<String>::new());
}

/// Presses a key with Control held.
const CONTROL: &str = "\u{e009}";
const RELEASE: &str = "\u{e000}";

#[tokio::test]
async fn what_is_selected_is_formatted_by_keys_and_shown_to_others() {
    let app = App::on_sqlite().await;
    let ben = app.user("ben").await;
    let room = ben.creates_room("front").await;
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    register(&ada, &room).await;
    let field = ada.find("textbox", "Message front").await;
    let value = "document.querySelector('.composer__text').value";
    let holds = async |text: &str| ada.holds(&format!("{value} === {}", json!(text))).await;
    field.send_keys("news").await.unwrap();
    for (key, marked) in [("b", "**news**"), ("i", "_news_"), ("e", "`news`")] {
        field
            .send_keys(format!("{CONTROL}a{RELEASE}"))
            .await
            .unwrap();
        field
            .send_keys(format!("{CONTROL}{key}{RELEASE}"))
            .await
            .unwrap();
        holds(marked).await;
        field
            .send_keys(format!("{CONTROL}z{RELEASE}"))
            .await
            .unwrap();
        holds("news").await;
    }
    field
        .send_keys(format!("{CONTROL}a{RELEASE}"))
        .await
        .unwrap();
    ada.eval(
        "(() => { const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', 'https://example.org/a');
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
          return 0; })()",
    )
    .await;
    holds("[news](https://example.org/a)").await;
    field.send_keys(" **now**").await.unwrap();
    ada.press("Formatting").await;
    ada.holds("document.querySelector('.formatting__preview:not([hidden]) strong')?.textContent === 'now'")
        .await;
    ada.key("Escape").await;
    ada.types("Message front", "\u{e007}").await;
    ada.holds("document.querySelector('[role=log] article[data-state=sent] .message__body .host')?.textContent === '(example.org)'")
        .await;
    let read = ben.reads(&room).await;
    assert_eq!(read[0]["body"], "[news](https://example.org/a) **now**");

    ben.posts("```rust\nlet a = 1;\n```").in_room(&room).await;
    ada.press("Copy code").await;
    ada.holds("document.querySelector('.code__copy[data-done]')")
        .await;
    assert_eq!(ada.complaints().await, Vec::<String>::new());
}
