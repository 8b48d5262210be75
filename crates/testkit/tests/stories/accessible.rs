//! Real browsers: no barrier that axe-core knows of, on any page, in light and in dark.

use serde_json::json;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person};

use super::files::{large_picture, sends, uploads};
use super::settings::logs_in;

const THEMES: [&str; 2] = ["light", "dark"];

/// What axe-core finds on the page as it stands, in both themes: each rule, and where it is broken.
async fn barriers(browser: &Browser, page: &str) -> Vec<String> {
    let axe = include_str!("../../axe/axe.min.js");
    // Colours on their way to others have no contrast of their own.
    let run =
        "await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
        const { violations } = await axe.run(document, {
            resultTypes: ['violations'],
            rules: { 'target-size': { enabled: true } },
        });
        return violations.map(({ id, help, nodes }) =>
            `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);";
    let script = format!("return (async () => {{ {axe}; {run} }})()");
    let mut found = Vec::new();
    for theme in THEMES {
        browser.prefers(theme).await;
        let said = browser.driver.execute(script.as_str(), Vec::new()).await;
        let said = said.expect("axe-core runs");
        let said = said.json().as_array().unwrap().clone();
        found.extend(said.iter().map(|one| format!("{page}, {theme}: {one}")));
    }
    found
}

#[tokio::test]
async fn before_one_is_in() {
    let app = App::on_sqlite().await;
    let Some(browser) = Browser::open(&app, "stranger", Device::Phone).await else {
        return;
    };
    let mut found = Vec::new();
    browser.find("button", "Create account").await;
    found.extend(barriers(&browser, "setup").await);
    let ada = app.user("ada").await;
    let room = ada.creates_private_room("Den").await;
    let path = format!("/rooms/{room}/invites");
    let made = ada.post(&path).send().await.ok(201);
    let code = made["invite"]["code"].as_str().unwrap();
    for path in [
        "/auth/login",
        "/auth/register",
        "/nowhere",
        "/offline",
        &format!("/invite/{code}"),
    ] {
        browser.visit(path).await;
        found.extend(barriers(&browser, path).await);
    }
    browser.visit("/auth/login").await;
    browser.fill("Username", "ada").await;
    browser.fill("Password", "wrong, and said so").await;
    browser.press("Log in").await;
    browser
        .holds("document.querySelector('[role=alert]')")
        .await;
    found.extend(barriers(&browser, "refused").await);
    assert_eq!(found, [""; 0], "{found:#?}");
}

/// Every page inside, of a room and of an empty one.
pub(super) fn pages(room: &str, empty: &str) -> Vec<String> {
    let rooms = [
        format!("/chat/room/{empty}"),
        format!("/chat/room/{empty}/about?q=b"),
        format!("/chat/room/{room}/about"),
        format!("/chat/room/{room}"),
    ];
    let others = [
        "/chat/rooms",
        "/chat/unread",
        "/chat/mentions",
        "/chat/people?q=b",
        "/settings/profile",
        "/settings/password",
        "/settings/devices",
        "/settings/appearance",
        "/settings/notifications",
        "/settings/invitations",
        "/settings/workspace",
        "/chat/search",
        "/chat/search?q=look",
        "/chat/search?q=submarine",
    ];
    let others = others.into_iter().map(str::to_owned);
    rooms.into_iter().chain(others).collect()
}

#[tokio::test]
async fn inside() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Plans").await;
    let empty = ada.creates_private_room("Den").await;
    ben.joins(&room).await;
    for body in ["hello", "@ada, look: https://example.com/", "`code`"] {
        ben.posts(body).in_room(&room).await;
    }
    ada.posts("I see").in_room(&room).await;
    ben.posts("@ada, and this?").in_room(&room).await;
    ada.post("/invites").send().await.ok(201);
    let invites = format!("/rooms/{empty}/invites");
    ada.post(&invites).send().await.ok(201);
    let token = ada.post("/me/tokens").json(&json!({"name": "a program"}));
    token.send().await.ok(201);
    for device in [Device::Desktop, Device::Phone] {
        let Some(browser) = Browser::open(&app, "ada", device).await else {
            return;
        };
        browser.fill("Username", "ada").await;
        browser.fill("Password", PASSWORD).await;
        browser.press("Log in").await;
        browser.holds("location.pathname.startsWith('/chat')").await;
        let mut found = Vec::new();
        for path in pages(&room, &empty) {
            browser.visit(&path).await;
            browser
                .holds("document.documentElement.dataset.connection === 'online'")
                .await;
            found.extend(barriers(&browser, &path).await);
        }
        assert_eq!(found, [""; 0], "{found:#?}");
    }
}

/// What opens over a page, and what is then so.
const OPENED: [(&str, &str, &str); 16] = [
    (
        "switcher",
        "document.getElementById('switcher').showModal()",
        "#switcher[open]",
    ),
    (
        "shortcuts",
        "document.getElementById('shortcuts').showModal()",
        "#shortcuts[open]",
    ),
    (
        "account",
        "document.querySelector('.account-button').click()",
        "#account:popover-open",
    ),
    (
        "bell",
        "document.getElementById('bell-dialog').showModal()",
        "#bell-dialog[open]",
    ),
    (
        "level",
        "document.querySelector('.room__level').click()",
        "#room-level:popover-open",
    ),
    (
        "actions",
        "document.querySelector('.message').focus()",
        ".message:focus .message__bar",
    ),
    (
        "menu",
        "document.querySelector('.message[data-own]').dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))",
        "#message-menu:popover-open",
    ),
    (
        "picker",
        "document.querySelector('[data-tool=emoji]').click()",
        "#emoji-picker[open] .picker__grid button:nth-child(9)",
    ),
    (
        "card",
        "document.querySelector('.message:not([data-own]) .message__author').click()",
        "#person-card:popover-open .card__username:not(:empty)",
    ),
    (
        "lightbox",
        "document.querySelector('.attachment--image').click()",
        "#lightbox[open]",
    ),
    (
        "formatting",
        "document.querySelector('[popovertarget=formatting]').click()",
        "#formatting:popover-open",
    ),
    (
        "editor",
        "[...document.querySelectorAll('.message[data-own]')].at(-1).focus(), document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'e', bubbles: true}))",
        ".editor",
    ),
    (
        "completion",
        "document.querySelector('.composer__text').focus(), document.execCommand('insertText', false, 'hello @')",
        "#completion .completion__option",
    ),
    (
        "edits",
        "document.querySelector('.message[data-own] .message__edited').click()",
        "#edits[open] .edits__one",
    ),
    (
        "call",
        "document.getElementById('call-question').showModal()",
        "#call-question[open]",
    ),
    (
        "details",
        "document.querySelector('.room').focus()",
        ".details",
    ),
];

/// A room of both, `Plans`, whose first message Ada has edited; and that message.
pub(super) async fn edited_message(ada: &Person, ben: &Person) -> (String, String) {
    let room = ada.creates_room("Plans").await;
    ben.joins(&room).await;
    let said = ada.posts("hello").in_room(&room).await;
    let said = said["id"].as_str().unwrap();
    let edit = ada.patch(&format!("/rooms/{room}/messages/{said}"));
    let edit = edit.json(&json!({"body": "hello, all"}));
    edit.send().await.ok(200);
    (room, said.to_owned())
}

#[tokio::test]
async fn dialogs_and_menus() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let (room, said) = edited_message(&ada, &ben).await;
    let path = format!("/rooms/{room}/messages/{said}");
    ada.put(&format!("{path}/reactions/👍"))
        .send()
        .await
        .ok(200);
    let answer = ben.posts("> quoted\n\n```\ncode\n```\n@ada");
    let answer = answer.answering(&said);
    answer.in_room(&room).await;
    let picture = uploads(&ben, "a.gif", &large_picture()).await;
    sends(&ben, &room, "look", &[&picture]).await.ok(201);
    for device in [Device::Desktop, Device::Phone] {
        let Some(browser) = Browser::open(&app, "ada", device).await else {
            return;
        };
        logs_in(&browser, "ada", "/chat/rooms").await;
        let mut found = Vec::new();
        for (name, open, opened) in OPENED {
            browser.visit(&format!("/chat/room/{room}")).await;
            browser
                .holds("document.documentElement.dataset.connection === 'online' && document.querySelector('#log[data-actions]')")
                .await;
            browser.eval(&format!("({open}, null)")).await;
            browser
                .holds(&format!("document.querySelector('{opened}')"))
                .await;
            found.extend(barriers(&browser, name).await);
        }
        assert_eq!(found, [""; 0], "{found:#?}");
    }
}

#[tokio::test]
async fn no_page_scrolls_sideways_at_400_percent() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let long = json!({"display_name": "Maximiliane-Alexandrina von und zu Hohenschwangau"});
    ben.patch("/me").json(&long).send().await.ok(200);
    let name = "Donaudampfschifffahrtsgesellschaftskapitänsmütze und ihre Aufbewahrung";
    let room = ada.creates_room(name).await;
    ben.joins(&room).await;
    let word = "supercalifragilistic".repeat(8);
    for body in [
        &word,
        "```\na line of code that is longer than a phone is wide, by far\n```",
        "@ada",
    ] {
        ben.posts(body).in_room(&room).await;
        ada.posts(body).in_room(&room).await;
    }
    ada.post("/invites").send().await.ok(201);
    let path = format!("/rooms/{room}/invites");
    ada.post(&path).send().await.ok(201);
    let Some(browser) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let size = json!({"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": false});
    let page = browser.driver.cdp();
    let sized = page
        .send_raw("Emulation.setDeviceMetricsOverride", size)
        .await;
    sized.expect("the window takes its size");
    let mut wide = Vec::new();
    // The page itself does not move; what is in it does.
    let over =
        "Math.max(...[...document.querySelectorAll('html, main, nav, .sidebar__rooms, .log')]
        .map((one) => one.scrollWidth - one.clientWidth))";
    let looks = async |path: &str| {
        browser.visit(path).await;
        let over = browser.eval(over).await;
        (over != 0).then(|| format!("{path}: by {over}"))
    };
    for path in ["/auth/login", "/auth/register", "/nowhere"] {
        wide.extend(looks(path).await);
    }
    logs_in(&browser, "ada", "/chat/rooms").await;
    for path in pages(&room, &room) {
        wide.extend(looks(&path).await);
    }
    assert_eq!(wide, [""; 0]);
}
