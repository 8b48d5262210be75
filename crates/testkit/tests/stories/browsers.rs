//! Real browsers: two people chat, and nothing anyone writes becomes code.

use serde_json::{Value, json};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD};

async fn register(browser: &Browser, path: &str, name: &str) {
    browser.visit(path).await;
    browser.fill("Username", name).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Create account").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
}

/// The texts of the log, in the order they stand in.
async fn texts(browser: &Browser) -> Vec<String> {
    let all = "[...document.querySelectorAll('[role=log] article .message__body')].map(e => e.innerText.trim())";
    serde_json::from_value(browser.eval(all).await).expect("a list of texts")
}

async fn shows(browser: &Browser, text: &str) {
    let text = json!(text);
    browser
        .holds(&format!(
            "[...document.querySelectorAll('[role=log] article:not([data-state=pending]) .message__body')]
                .some(e => e.innerText.trim() === {text})"
        ))
        .await;
}

#[tokio::test]
async fn two_people_set_up_and_chat_on_desktop_and_phone() {
    let app = App::on_sqlite().await;
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let ben = Browser::open(&app, "ben", Device::Phone)
        .await
        .expect("one browser opened");

    assert_eq!(ada.path().await, "/setup");
    register(&ada, "/", "ada").await;
    ada.visit("/chat/rooms").await;
    ada.fill("Room name", "Front hall").await;
    ada.press("Create room").await;
    ada.find("log", "Messages in Front hall").await;
    ada.find("heading", "Front hall").await;
    ada.find("navigation", "Rooms").await;

    register(&ben, "/auth/register", "ben").await;
    ben.visit("/chat/rooms").await;
    ben.follow("Front hall").await;
    ben.find("log", "Messages in Front hall").await;
    for browser in [&ada, &ben] {
        browser
            .holds("document.documentElement.dataset.connection === 'online'")
            .await;
    }

    ada.says("Front hall", "Hello Ben").await;
    shows(&ben, "Hello Ben").await;
    ben.fill("Message Front hall", "Hello Ada\nfrom the train")
        .await;
    ben.press("Send").await;
    shows(&ada, "Hello Ada\nfrom the train").await;
    for browser in [&ada, &ben] {
        shows(browser, "Hello Ben").await;
        assert_eq!(
            texts(browser).await,
            ["Hello Ben", "Hello Ada\nfrom the train"]
        );
        let scrolls = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(
            browser.eval(scrolls).await,
            false,
            "nothing hangs over the edge"
        );
    }

    // On a phone the list and the room are two pages.
    let room = ben.path().await;
    ben.follow("All rooms").await;
    ben.holds("location.pathname === '/chat/rooms'").await;
    ben.driver.back().await.expect("there is a way back");
    ben.holds(&format!("location.pathname === '{room}'")).await;
    shows(&ben, "Hello Ada\nfrom the train").await;

    ada.reload().await;
    shows(&ada, "Hello Ada\nfrom the train").await;
    ada.screenshot("desktop-light").await;
    ada.prefers("dark").await;
    ada.screenshot("desktop-dark").await;
    ben.screenshot("phone-light").await;
    for browser in [&ada, &ben] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}

/// Texts that would run, break out or mislead if anything took them for more.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)' x='",
    "</textarea><script>alert(1)</script>",
    "</title></style></script><script>alert(1)</script>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button>x</button></form>",
    "{{7*7}} {% raw %} ${alert(1)} #{7*7} <%= 7*7 %>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "https://evil.example/\"onmouseover=\"alert(1)",
    "https://evil.example/?a=<script>alert(1)</script>",
    "http://a.b/'><img src=x onerror=alert(1)>",
    "<style>*{display:none}</style>",
    "<!--<img src=x onerror=alert(1)>-->",
    "]]><![CDATA[<script>alert(1)</script>",
    "<x onclick=alert(1) autofocus onfocus=alert(1) tabindex=0>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
];

#[tokio::test]
async fn nothing_anyone_writes_becomes_code() {
    let app = App::on_sqlite().await;
    let mallory = app.user("mallory").await;
    let hostile = json!({"display_name": "<img src=x onerror=alert(1)>"});
    mallory.patch("/me").json(&hostile).send().await.ok(200);
    let name = "\"><script>alert(1)</script>";
    let room = mallory.creates_room(name).await;
    let topic = json!({"topic": "<svg/onload=alert(1)>"});
    mallory
        .patch(&format!("/rooms/{room}"))
        .json(&topic)
        .send()
        .await
        .ok(200);
    for text in HOSTILE {
        mallory.posts(text).in_room(&room).await;
    }
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    register(&ada, "/auth/register", "ada").await;
    ada.visit("/chat/rooms").await;
    ada.follow(name).await;
    ada.find("log", &format!("Messages in {name}")).await;
    ada.find("heading", name).await;
    ada.holds("document.documentElement.dataset.connection === 'online'")
        .await;
    assert_eq!(
        texts(&ada).await,
        HOSTILE,
        "the page of the server shows the texts"
    );

    for text in HOSTILE {
        mallory.posts(text).in_room(&room).await;
    }
    let all = format!(
        "document.querySelectorAll('[role=log] article').length === {}",
        2 * HOSTILE.len()
    );
    ada.holds(&all).await;
    assert_eq!(
        texts(&ada).await[HOSTILE.len()..],
        *HOSTILE,
        "and so does what comes by socket"
    );
    let author = ada
        .eval("document.querySelector('[role=log] article .message__author').textContent")
        .await;
    assert!(
        author
            .as_str()
            .unwrap()
            .contains("<img src=x onerror=alert(1)>"),
        "{author}"
    );
    let links = ada
        .eval("[...document.querySelectorAll('.message__body a[href]')].map(a => [a.protocol, a.rel])")
        .await;
    for link in links.as_array().unwrap() {
        let [protocol, rel] = [&link[0], &link[1]].map(|part| part.as_str().unwrap());
        assert!(["http:", "https:"].contains(&protocol), "{link}");
        assert!(
            rel.contains("noopener") && rel.contains("nofollow"),
            "{link}"
        );
    }
    let strange = "[...document.querySelectorAll('script:not([src]):not([type=importmap]), iframe, object, base, main form[action^=\"//\"], main style')].length";
    assert_eq!(ada.eval(strange).await, Value::from(0));
    ada.visit("/chat/rooms").await;
    ada.find("link", name).await;
    ada.visit("/chat/room/%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    let complaints = ada.complaints().await;
    let complaints: Vec<_> = complaints
        .iter()
        .filter(|text| !text.contains("404"))
        .collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}
