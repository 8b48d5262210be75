//! Real browsers: no barrier that axe-core knows of, on any page, in light and in dark.

use serde_json::{Value, json};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD};

const THEMES: [&str; 2] = ["light", "dark"];

/// What axe-core finds on the page as it stands, in both themes: each rule, and where it is broken.
async fn barriers(browser: &Browser, page: &str) -> Vec<String> {
    let axe = include_str!("../../axe/axe.min.js");
    // Colours on their way to others have no contrast of their own.
    let run =
        "await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
        const { violations } = await axe.run(document, { resultTypes: ['violations'] });
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
        for path in [
            "/chat/rooms".to_owned(),
            "/chat/unread".to_owned(),
            "/chat/mentions".to_owned(),
            "/chat/people?q=b".to_owned(),
            format!("/chat/room/{empty}"),
            format!("/chat/room/{empty}/about?q=b"),
            format!("/chat/room/{room}/about"),
            "/settings/profile".to_owned(),
            "/settings/password".to_owned(),
            "/settings/devices".to_owned(),
            "/settings/appearance".to_owned(),
            "/settings/notifications".to_owned(),
            "/settings/invitations".to_owned(),
            format!("/chat/room/{room}"),
        ] {
            browser.visit(&path).await;
            browser
                .holds("document.documentElement.dataset.connection === 'online'")
                .await;
            found.extend(barriers(&browser, &path).await);
        }
        for (dialog, open) in [
            ("switcher", "switcher.showModal()"),
            (
                "bell",
                "switcher.close(), document.getElementById('bell-dialog').showModal()",
            ),
            (
                "account",
                "document.getElementById('bell-dialog').close(), document.getElementById('account').showPopover()",
            ),
        ] {
            let opened: Value = browser.eval(&format!("({open}, null)")).await;
            assert_eq!(opened, Value::Null);
            found.extend(barriers(&browser, dialog).await);
        }
        assert_eq!(found, [""; 0], "{found:#?}");
    }
}
