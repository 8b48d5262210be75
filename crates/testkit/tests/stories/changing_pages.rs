//! Changing what was said, in real browsers: two people, and one who was away meanwhile.

use serde_json::json;
use thirtyfour::By;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::faults::proxy::{Proxy, Weather};
use whatscrap_testkit::{App, Person, Site};

use super::reading_pages::{enter, is_online, keys, open, room_of_two};

const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const UP: &str = "\u{e013}";

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

/// The reactions of a message: each with how many, and a mark on one's own.
async fn reactions(browser: &Browser, seq: u64, expected: &str) {
    let row = at(seq);
    browser
        .holds(&format!(
            "[...{row}.querySelectorAll('.reaction[data-emoji]')]
                .map(e => e.dataset.emoji + e.lastElementChild.textContent + (e.ariaPressed === 'true' ? '*' : ''))
                .join(' ') === {}",
            json!(expected)
        ))
        .await;
}

/// Opens the menu of a message and presses one of its items.
async fn chooses(browser: &Browser, seq: u64, item: &str) {
    opens_menu(browser, seq).await;
    browser.press(item).await;
}

async fn opens_menu(browser: &Browser, seq: u64) {
    browser
        .holds("document.querySelector('#log[data-actions]')")
        .await;
    let more = format!(".message[data-seq='{seq}'] .message__more");
    browser.click_at(&more).await;
}

/// Presses a key on a message.
async fn presses(browser: &Browser, seq: u64, key: &str) {
    browser
        .holds("document.querySelector('#log[data-actions]')")
        .await;
    let row = browser.at(&format!(".message[data-seq='{seq}']")).await;
    browser.goes_to(&row).await;
    browser.key(key).await;
}

async fn types(browser: &Browser, label: &str, text: &str) {
    browser.types(label, text).await;
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

#[tokio::test]
async fn an_edit_is_made_in_its_place_and_nothing_typed_is_lost() {
    let app = App::on_sqlite().await;
    let Some((ada, _, room, hers, his)) = two(&app).await else {
        return;
    };
    hers.says("General", "Lnuch at noon?").await;
    says(&his, 1, "Lnuch at noon?").await;
    keys(&hers, "General", UP).await;
    let field = hers.find("textbox", "Edit message").await;
    hers.holds("document.activeElement.value === 'Lnuch at noon?'")
        .await;
    hers.screenshot("editing").await;
    field.send_keys(ESCAPE).await.expect("it takes keys");
    hers.holds("!document.querySelector('.editor') && document.activeElement.name === 'body'")
        .await;

    // What the server refuses stays, with its reason.
    keys(&hers, "General", UP).await;
    hers.find("textbox", "Edit message").await;
    hers.eval("document.activeElement.value = 'x'.repeat(4001)")
        .await;
    hers.press("Save").await;
    hers.holds("document.querySelector('.editor__problem').textContent.startsWith('Not saved: ')")
        .await;
    hers.holds("document.querySelector('.editor__text').value.length === 4001")
        .await;
    let field = hers.find("textbox", "Edit message").await;
    field.clear().await.expect("it can be emptied");
    types(&hers, "Edit message", &format!("Lunch at noon?{ENTER}")).await;
    for browser in [&hers, &his] {
        says(browser, 1, "Lunch at noon?").await;
        browser.find("button", "(edited)").await;
    }
    hers.holds("!document.querySelector('.editor')").await;
    hers.press("(edited)").await;
    hers.holds("document.getElementById('edits').open && document.getElementById('edits').innerText.includes('Lnuch')")
        .await;
    hers.screenshot("edits").await;
    hers.press("Close").await;

    his.reload().await;
    is_online(&his).await;
    says(&his, 1, "Lunch at noon?").await;
    his.find("button", "(edited)").await;
    // Only one's own is offered.
    opens_menu(&his, 1).await;
    his.find("button", "Reply").await;
    assert_eq!(
        his.eval("document.querySelector('#message-menu [data-action=edit]').hidden")
            .await,
        true
    );
    assert_eq!(ada.reads(&room).await[0]["body"], "Lunch at noon?");
    has_no_complaints(&[&hers, &his]).await;
}

#[tokio::test]
async fn a_deletion_can_be_undone_and_leaves_its_place() {
    let app = App::on_sqlite().await;
    let Some((ada, ben, room, hers, his)) = two(&app).await else {
        return;
    };
    for text in ["one", "two", "three"] {
        hers.says("General", text).await;
    }
    says(&his, 3, "three").await;
    chooses(&hers, 2, "Delete").await;
    hers.press("Undo").await;
    hers.holds("!document.querySelector('.message__undo, [data-deleting]')")
        .await;
    says(&hers, 2, "two").await;
    chooses(&hers, 2, "Delete").await;
    hers.find("button", "Undo").await;
    hers.screenshot("undo").await;
    for browser in [&hers, &his] {
        says(browser, 2, "Message deleted").await;
    }
    hers.holds("!document.querySelector('.message__undo, [data-deleting]')")
        .await;

    // Whoever leaves has not undone it.
    chooses(&hers, 3, "Delete").await;
    hers.find("button", "Undo").await;
    hers.visit("/chat/rooms").await;
    says(&his, 3, "Message deleted").await;
    enter(&hers, &room).await;
    says(&hers, 2, "Message deleted").await;
    hers.screenshot("tombstones").await;

    // She made the room: she may delete what he says. He may not.
    ben.posts("four").in_room(&room).await;
    says(&hers, 4, "four").await;
    chooses(&hers, 4, "Delete").await;
    says(&his, 4, "Message deleted").await;
    ada.posts("five").in_room(&room).await;
    says(&his, 5, "five").await;
    opens_menu(&his, 5).await;
    his.find("button", "Reply").await;
    his.screenshot("menu-phone").await;
    assert_eq!(
        his.eval("document.querySelector('#message-menu [data-action=remove]').hidden")
            .await,
        true
    );
    let stored = ada.reads(&room).await;
    let deleted: Vec<_> = stored
        .iter()
        .map(|message| !message["deleted_at"].is_null())
        .collect();
    assert_eq!(deleted, [false, true, true, true, false]);
    has_no_complaints(&[&hers, &his]).await;
}

#[tokio::test]
async fn reactions_are_given_and_taken_back_from_the_bar_the_picker_and_the_buttons() {
    let app = App::on_sqlite().await;
    let Some((_, _, _, hers, his)) = two(&app).await else {
        return;
    };
    hers.says("General", "We won!").await;
    says(&his, 1, "We won!").await;
    chooses(&his, 1, "React with 🎉").await;
    reactions(&his, 1, "🎉1*").await;
    reactions(&hers, 1, "🎉1").await;
    hers.press("🎉 1: ben").await;
    reactions(&hers, 1, "🎉2*").await;
    reactions(&his, 1, "🎉2*").await;
    hers.find("button", "🎉 2: ben and you").await;

    // By the keyboard alone: the message, its key, the search.
    presses(&hers, 1, "+").await;
    types(&hers, "Search emoji", "rocke").await;
    hers.holds("document.querySelector('.picker__grid button')?.ariaLabel === 'rocket'")
        .await;
    hers.screenshot("picker").await;
    types(&hers, "Search emoji", DOWN).await;
    hers.holds("document.activeElement.ariaLabel === 'rocket'")
        .await;
    hers.key("Enter").await;
    reactions(&hers, 1, "🎉2* 🚀1*").await;
    reactions(&his, 1, "🎉2* 🚀1").await;

    hers.press("🎉 2: ben and you").await;
    reactions(&hers, 1, "🎉1 🚀1*").await;
    reactions(&his, 1, "🎉1* 🚀1").await;
    his.press("🎉 1: you").await;
    reactions(&hers, 1, "🚀1*").await;
    hers.screenshot("reactions").await;
    his.reload().await;
    is_online(&his).await;
    reactions(&his, 1, "🚀1").await;
    // The one used last comes first.
    chooses(&hers, 1, "React with 🚀").await;
    reactions(&his, 1, "").await;
    has_no_complaints(&[&hers, &his]).await;
}

#[tokio::test]
async fn a_reply_quotes_its_parent_follows_it_and_leads_there() {
    let app = App::on_sqlite().await;
    let Some((ada, _, room, hers, his)) = two(&app).await else {
        return;
    };
    hers.says("General", "Who brings the cake?").await;
    says(&his, 1, "Who brings the cake?").await;
    for number in 0..120 {
        ada.posts(&format!("Line {number}")).in_room(&room).await;
    }
    chooses(&his, 1, "Reply").await;
    his.holds(
        "document.querySelector('.composer__reply').innerText.includes('Who brings the cake?')",
    )
    .await;
    // Cancelled, and begun again; it survives a reload with the draft.
    his.press("Cancel reply").await;
    his.holds("document.querySelector('.composer__reply').hidden")
        .await;
    presses(&his, 1, "r").await;
    keys(&his, "General", "I do").await;
    his.reload().await;
    is_online(&his).await;
    his.holds("!document.querySelector('.composer__reply').hidden")
        .await;
    his.screenshot("replying").await;
    his.press("Send").await;
    his.holds("document.querySelector('.composer__reply').hidden")
        .await;
    let quote = |text: &str| {
        format!(
            "{}?.querySelector('.quote__excerpt').innerText === {}",
            at(122),
            json!(text)
        )
    };
    for browser in [&hers, &his] {
        browser.holds(&quote("Who brings the cake?")).await;
    }
    hers.screenshot("reply").await;

    let path = format!(
        "/rooms/{room}/messages/{}",
        ada.reads_all(&room).await[0]["id"].as_str().unwrap()
    );
    let changed = json!({"body": "Who brings the pie?"});
    ada.patch(&path).json(&changed).send().await.ok(200);
    for browser in [&hers, &his] {
        browser.holds(&quote("Who brings the pie?")).await;
    }
    // Its page does not hold the first: it is opened around it.
    hers.reload().await;
    is_online(&hers).await;
    hers.holds(&format!("!{}", at(1))).await;
    hers.holds(&quote("Who brings the pie?")).await;
    hers.click_at(".message[data-seq='122'] .quote").await;
    hers.holds(&format!("{}?.matches('[data-target]')", at(1)))
        .await;
    hers.holds(&format!("!{}", at(122))).await;
    ada.delete(&path).send().await;
    says(&hers, 1, "Message deleted").await;
    his.holds(&quote("Message deleted")).await;
    has_no_complaints(&[&hers, &his]).await;
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

#[tokio::test]
async fn whoever_was_away_comes_back_to_every_change() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let proxy = Proxy::before(&app.origin, 1).await;
    let far = Site::at(proxy.origin.as_str());
    let Some(hers) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    let his = open(&far, &ben, Device::Phone).await.expect("one opened");
    enter(&hers, &room).await;
    enter(&his, &room).await;
    for text in ["one", "two", "three", "four"] {
        hers.says("General", text).await;
    }
    says(&his, 4, "four").await;

    proxy.turns(Weather::down());
    his.holds("document.documentElement.dataset.connection !== 'online'")
        .await;
    keys(&hers, "General", UP).await;
    types(&hers, "Edit message", &format!(", and five{ENTER}")).await;
    chooses(&hers, 1, "Delete").await;
    chooses(&hers, 2, "React with ❤️").await;
    chooses(&hers, 3, "Reply").await;
    keys(&hers, "General", &format!("an answer{ENTER}")).await;
    says(&hers, 1, "Message deleted").await;
    says(&hers, 5, "an answer").await;
    // What is tried without a connection says so, where it is tried.
    chooses(&his, 2, "React with 👍").await;
    his.holds(&format!("{}.querySelector('.message__note')", at(2)))
        .await;
    reactions(&his, 2, "").await;

    proxy.turns(Weather::default());
    his.eval("dispatchEvent(new Event('online'))").await;
    is_online(&his).await;
    for browser in [&hers, &his] {
        says(browser, 1, "Message deleted").await;
        says(browser, 4, "four, and five").await;
        says(browser, 5, "an answer").await;
        browser
            .holds(&format!(
                "{}.querySelector('.quote').innerText.includes('three')",
                at(5)
            ))
            .await;
        browser
            .holds(&format!("{}.querySelector('.message__edited')", at(4)))
            .await;
    }
    reactions(&hers, 2, "❤️1*").await;
    reactions(&his, 2, "❤️1").await;
    has_no_complaints(&[&hers, &his]).await;
}
