//! Changing what was said, in real browsers: two people, and one who was away meanwhile.

use serde_json::json;
use thirtyfour::By;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, Person};

use super::reading_pages::{enter, keys, open, room_of_two};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

/// The message at a position, as an expression.
fn at(seq: u64) -> String {
    format!("document.querySelector('.message[data-seq=\"{seq}\"]')")
}

async fn says(browser: &Browser, seq: u64, text: &str) {
    let (row, text) = (at(seq), json!(text));
    browser
        .holds(&format!(
            "{row}?.querySelector('.message__body').innerText.trim() === {text}"
        ))
        .await;
}

/// Presses a key on a message.
async fn presses(browser: &Browser, seq: u64, key: &str) {
    browser
        .holds("document.querySelector('#log[data-actions]')")
        .await;
    let row = at(seq);
    browser.eval(&format!("{row}.focus()")).await;
    browser
        .eval(&format!(
            "{row}.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))"
        ))
        .await;
}

async fn has_no_complaints(browsers: &[&Browser]) {
    for browser in browsers {
        let complaints = browser.complaints().await;
        assert!(
            complaints.iter().all(|text| text.contains("422")),
            "{complaints:?}"
        );
    }
}

/// Two people in the room "General", one at a desk and one with a phone.
async fn two(app: &App) -> Option<(Person, Person, String, Browser, Browser)> {
    let (ada, ben, room) = room_of_two(app).await;
    let hers = open(app, &ada, Device::Desktop).await?;
    let his = open(app, &ben, Device::Phone).await.expect("one opened");
    enter(&hers, &room).await;
    enter(&his, &room).await;
    Some((ada, ben, room, hers, his))
}

/// A finger rests on a message, and lifts when its menu is there.
async fn rests_on(browser: &Browser, seq: u64) {
    let row = at(seq);
    let box_of = format!(
        "(({{left, top}}) => [left + 20, top + 12])({row}.querySelector('.message__bubble').getBoundingClientRect())"
    );
    let place = browser.eval(&box_of).await;
    let touch = |kind: &str, points: serde_json::Value| {
        let command = json!({"type": kind, "touchPoints": points});
        async move {
            let cdp = browser.driver.cdp();
            let sent = cdp.send_raw("Input.dispatchTouchEvent", command).await;
            sent.expect("the page is touched");
        }
    };
    touch("touchStart", json!([{"x": place[0], "y": place[1]}])).await;
    browser
        .holds("document.querySelector('#message-menu:popover-open')")
        .await;
    touch("touchEnd", json!([])).await;
}

#[tokio::test]
async fn the_menu_of_a_message_opens_by_a_right_click_a_long_press_and_a_key() {
    let app = App::on_sqlite().await;
    let Some((ada, _, room, hers, his)) = two(&app).await else {
        return;
    };
    ada.posts("one").in_room(&room).await;
    ada.posts("two").in_room(&room).await;
    for browser in [&hers, &his] {
        says(browser, 2, "two").await;
        browser
            .holds("document.querySelector('#log[data-actions]')")
            .await;
    }
    let open = "document.querySelector('#message-menu:popover-open')";
    let row = hers
        .driver
        .find(By::Css(".message[data-seq='1'] .message__body"))
        .await;
    let row = row.expect("the message is there");
    let chain = hers.driver.action_chain().context_click_element(&row);
    chain.perform().await.expect("the mouse clicks");
    hers.holds(open).await;
    hers.screenshot("menu").await;
    hers.driver
        .active_element()
        .await
        .unwrap()
        .send_keys(ESCAPE)
        .await
        .unwrap();
    hers.holds(&format!("!{open}")).await;

    rests_on(&his, 2).await;
    his.holds(open).await;
    his.screenshot("menu-phone").await;
    his.press("Reply").await;
    his.holds("document.querySelector('.composer__reply').innerText.includes('two')")
        .await;

    // From the keyboard alone: up from the field into the log, then the key of the bar.
    presses(&hers, 2, "r").await;
    hers.holds("document.activeElement.name === 'body' && document.querySelector('.composer__reply').innerText.includes('two')")
        .await;
    has_no_complaints(&[&hers, &his]).await;
}

#[tokio::test]
async fn people_rooms_and_emoji_are_completed_by_one_list() {
    let app = App::on_sqlite().await;
    let (ada, _, room) = room_of_two(&app).await;
    ada.creates_room("Garden party").await;
    let Some(hers) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&hers, &room).await;
    let options = "[...document.querySelectorAll('#completion [role=option] .completion__name')].map(e => e.innerText)";
    let value = "document.querySelector('#composer textarea').value";
    keys(&hers, "General", "Look, :sho").await;
    hers.holds(&format!("{options}.includes(':shower:')")).await;
    hers.screenshot("emoji-completion").await;
    keys(&hers, "General", ESCAPE).await;
    hers.holds("document.getElementById('completion').hidden")
        .await;
    hers.eval("document.querySelector('#composer textarea').value = ''")
        .await;
    keys(&hers, "General", "So :rocke").await;
    hers.holds(&format!("{options}[0] === ':rocket:'")).await;
    keys(&hers, "General", ENTER).await;
    assert_eq!(hers.eval(value).await, "So 🚀 ");
    keys(&hers, "General", "#par").await;
    hers.holds(&format!("{options}[0] === 'Garden party'"))
        .await;
    keys(&hers, "General", ENTER).await;
    assert_eq!(hers.eval(value).await, "So 🚀 #Garden party ");
    keys(&hers, "General", "@be").await;
    hers.holds(&format!("{options}[0] === 'ben'")).await;
    keys(&hers, "General", &format!("{ENTER}{ENTER}")).await;
    says(&hers, 1, "So 🚀 #Garden party @ben").await;
    // It is a link for those who are in that room.
    hers.follow("#Garden party").await;
    hers.find("log", "Messages in Garden party").await;
    has_no_complaints(&[&hers]).await;
}
