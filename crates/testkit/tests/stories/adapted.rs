//! Pages do what the device of their reader asks for: its own few colours, more contrast, no motion,
//! the other direction.

use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, Person};

use super::accessible::pages;
use super::files::{large_picture, sends, uploads};
use super::reading_pages::{enter, is_online, open};

/// Ada's browser, and every page it may go to.
async fn scene(app: &App, device: Device) -> Option<(Person, Browser, String, Vec<String>)> {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Plans").await;
    let empty = ada.creates_private_room("Den").await;
    ben.joins(&room).await;
    for body in [
        "hello",
        "@ada, look: https://example.com/",
        "```\ncode\n```",
    ] {
        ben.posts(body).in_room(&room).await;
    }
    let said = ada.posts("I see").in_room(&room).await;
    let id = said["id"].as_str().unwrap();
    let reaction = ben.put(&format!("/rooms/{room}/messages/{id}/reactions/👍"));
    reaction.send().await.ok(200);
    let picture = uploads(&ben, "a.gif", &large_picture()).await;
    sends(&ben, &room, "a picture", &[&picture]).await.ok(201);
    ada.post("/invites").send().await.ok(201);
    let browser = open(app, &ada, device).await?;
    let pages = pages(&room, &empty);
    Some((ben, browser, room, pages))
}

/// What is not so on the page that is open, of what `adapted.js` knows.
async fn wrong(browser: &Browser, page: &str, what: &str) -> Vec<String> {
    let script = include_str!("adapted.js");
    let told = browser.driver.execute(script, vec![what.into()]).await;
    let told = told.expect("the page answers").json().clone();
    let told: Vec<String> = serde_json::from_value(told).unwrap();
    told.iter()
        .map(|one| format!("{what}: {one} ({page})"))
        .collect()
}

#[tokio::test]
async fn every_page_mirrors_itself_keeps_still_and_shows_edges_and_the_focus_in_forced_colours() {
    for device in [Device::Desktop, Device::Phone] {
        let app = App::on_sqlite().await;
        let Some((_, browser, room, pages)) = scene(&app, device).await else {
            return;
        };
        let mut found = Vec::new();
        for path in &pages {
            browser.emulates(&[]).await;
            browser.visit(path).await;
            is_online(&browser).await;
            found.extend(wrong(&browser, path, "unmirrored").await);
            let asked = [
                ("forced-colors", "active"),
                ("prefers-reduced-motion", "reduce"),
            ];
            browser.emulates(&asked).await;
            // From here on the focus is shown: a key was pressed.
            browser.key("Tab").await;
            for what in ["unseen", "frameless", "moving"] {
                found.extend(wrong(&browser, path, what).await);
            }
        }
        enter(&browser, &room).await;
        browser
            .goes_to(&browser.at(".message[data-own]").await)
            .await;
        found.extend(wrong(&browser, "actions", "frameless").await);
        browser.emulates(&[]).await;
        for opener in [".room__level", "[popovertarget=formatting]"] {
            browser.click_at(opener).await;
            browser.at(":popover-open").await;
            found.extend(wrong(&browser, opener, "unmirrored").await);
        }
        found.sort();
        found.dedup();
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[tokio::test]
async fn with_more_contrast_what_is_quiet_is_text_and_hairlines_are_lines() {
    let app = App::on_sqlite().await;
    let Some((_, browser, room, _)) = scene(&app, Device::Desktop).await else {
        return;
    };
    enter(&browser, &room).await;
    let same = "(({ color }, body) => color === body.color)(getComputedStyle(document.querySelector('.message__time')), getComputedStyle(document.body))
        && getComputedStyle(document.querySelector('.message__bubble')).borderTopColor === getComputedStyle(document.querySelector('.composer__box')).borderTopColor";
    browser.eval("document.activeElement.blur()").await;
    assert_eq!(browser.eval(same).await, false);
    browser.emulates(&[("prefers-contrast", "more")]).await;
    assert_eq!(browser.eval(same).await, true);
}

#[tokio::test]
async fn what_is_written_from_right_to_left_runs_so_in_any_page() {
    let app = App::on_sqlite().await;
    let Some((ben, browser, room, _)) = scene(&app, Device::Desktop).await else {
        return;
    };
    let name = serde_json::json!({"display_name": "בן"});
    ben.patch("/me").json(&name).send().await.ok(200);
    ben.posts("שלום Ada, מה שלומך?\n\n- אחד\n- שניים")
        .in_room(&room)
        .await;
    enter(&browser, &room).await;
    let places = "((body) => ['p', 'li'].map((part) => {
        const text = document.createRange(), all = body.querySelector(part);
        const first = document.createTreeWalker(all, NodeFilter.SHOW_TEXT).nextNode();
        text.setStart(first, 0);
        text.setEnd(first, 1);
        const { right } = text.getBoundingClientRect();
        return Math.abs(right - all.getBoundingClientRect().right) < 2;
    }).join())([...document.querySelectorAll('#log .message__body')].at(-1))";
    for direction in ["ltr", "rtl"] {
        let turn = format!("document.documentElement.dir = '{direction}'");
        browser.eval(&turn).await;
        assert_eq!(browser.eval(places).await, "true,true", "{direction}");
    }
}
