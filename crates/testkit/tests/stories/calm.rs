//! Nothing jumps, nothing is offered that would be refused, and what cannot be had says so.

use serde_json::json;
use whatscrap_testkit::App;
use whatscrap_testkit::browser::Device;

use super::files::{sends, uploads};
use super::reading_pages::{enter, is_online, open, room_of_two};

#[tokio::test]
async fn a_message_without_markup_looks_the_same_before_and_after_it_is_sent() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    let watch = "(() => {
        window.first = null;
        new MutationObserver(() => {
            const row = document.querySelector('.message[data-client-id]');
            if (row && !window.first) window.first = { state: row.dataset.state, paragraph: row.querySelector('.message__body p') };
        }).observe(document.getElementById('rows'), { childList: true, subtree: true });
    })()";
    desk.eval(watch).await;
    desk.says("Hall", "plain words & a <sign>").await;
    desk.holds("document.querySelector('.message[data-state=sent][data-version]:not([data-version=\"\"])')").await;
    assert_eq!(desk.eval("first.state").await, "pending");
    assert_eq!(
        desk.eval("first.paragraph.isConnected").await,
        true,
        "it was not made anew"
    );
    assert_eq!(
        desk.eval("first.paragraph.textContent").await,
        "plain words & a <sign>"
    );
    let author = "document.querySelector('.message__author').textContent";
    assert_eq!(desk.eval(author).await, "ada");
    assert_eq!(desk.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn marks_are_not_shown_before_what_they_mean_unless_that_takes_long() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    let watch = "(() => {
        window.first = null;
        const look = () => {
            const row = document.querySelector('.message');
            first ??= row && { state: row.dataset.state, shown: row.checkVisibility({ visibilityProperty: true }) };
        };
        new MutationObserver(look).observe(document.getElementById('rows'), { childList: true });
    })()";
    desk.eval(watch).await;
    let shows = async |what: &str| {
        desk.holds(&format!(
            "[...document.querySelectorAll('.message')].some((row) =>
                row.matches('{what}') && row.checkVisibility({{ visibilityProperty: true }}))"
        ))
        .await;
    };
    desk.says("Hall", "**now** or `never`").await;
    shows(":has(.message__body strong)").await;
    assert_eq!(desk.eval("first.state").await, "pending");
    assert_eq!(desk.eval("first.shown").await, false);
    app.drain().await;
    desk.says("Hall", "**later**").await;
    shows("[data-waiting]").await;
    desk.holds("document.querySelector('[data-waiting]').innerText.includes('**later**')")
        .await;
}

#[tokio::test]
async fn what_was_refused_says_why_and_is_tried_again_written_anew_or_thrown_away() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    // As if the server took shorter messages by now.
    let spoil = "(() => {
        const { send } = WebSocket.prototype;
        WebSocket.prototype.send = function (text) {
            const frame = JSON.parse(text);
            if (window.spoils && frame.type === 'send') frame.body = 'x'.repeat(4001);
            send.call(this, JSON.stringify(frame));
        };
    })()";
    desk.eval(spoil).await;
    let fails = async |text: &str| {
        desk.eval("window.spoils = true").await;
        desk.says("Hall", text).await;
        desk.holds("document.querySelector('[data-state=failed] .message__reason')?.innerText.startsWith('Not sent: a message has at most 4000')")
            .await;
        desk.eval("window.spoils = false").await;
    };
    let rows = async |states: &str| {
        let all =
            "[...document.querySelectorAll('.message')].map((row) => row.dataset.state).join()";
        desk.holds(&format!("{all} === '{states}'")).await;
    };
    fails("again").await;
    desk.press("Retry").await;
    rows("sent").await;
    let choose = "(() => {
        const chosen = new DataTransfer();
        chosen.items.add(new File(['the plan'], 'plan.txt'));
        const input = document.querySelector('.attach__input');
        input.files = chosen.files;
        input.dispatchEvent(new Event('change'));
    })()";
    desk.eval(choose).await;
    fails("anew").await;
    desk.types("Message Hall", "and this").await;
    desk.press("Edit").await;
    desk.holds("document.activeElement.value === 'anew\\nand this'")
        .await;
    rows("sent").await;
    desk.holds(
        "document.querySelector('.upload[data-state=done] .upload__name').innerText === 'plan.txt'",
    )
    .await;
    desk.types("Message Hall", "\u{e007}").await;
    rows("sent,sent").await;
    desk.holds("document.querySelectorAll('.message .attachment--file').length === 1")
        .await;
    // It is there after a reload, too, until one throws it away.
    fails("away").await;
    desk.reload().await;
    is_online(&desk).await;
    desk.press("Discard").await;
    rows("sent,sent").await;
    let said: Vec<_> = ada.reads(&room).await;
    let said: Vec<_> = said.iter().map(|message| &message["body"]).collect();
    assert_eq!(said, ["again", "anew\nand this"]);
}

#[tokio::test]
async fn what_is_too_old_to_be_edited_is_not_offered_for_it() {
    let app = App::with(&["--edit-window-minutes=1"]).await;
    let (ada, ben, room) = room_of_two(&app).await;
    ben.posts("my words").in_room(&room).await;
    let Some(desk) = open(&app, &ben, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    desk.holds("document.querySelector('#log[data-actions]')")
        .await;
    let menu = "document.querySelector('.message__more').click()";
    let offered = "['edit', 'remove'].map((action) => !document.querySelector(`#message-menu [data-action=${action}]`).hidden).join()";
    desk.eval(menu).await;
    assert_eq!(desk.eval(offered).await, "true,true");
    desk.eval("document.getElementById('message-menu').hidePopover()")
        .await;
    desk.eval("(() => { const real = Date.now; Date.now = () => real() + 61_000; })()")
        .await;
    desk.eval(menu).await;
    assert_eq!(desk.eval(offered).await, "false,false");
    // Whoever keeps order may delete at any time.
    let moderator = open(&app, &ada, Device::Desktop).await.expect("one opened");
    enter(&moderator, &room).await;
    moderator
        .holds("document.querySelector('#log[data-actions]')")
        .await;
    moderator
        .eval("(() => { const real = Date.now; Date.now = () => real() + 61_000; })()")
        .await;
    moderator.eval(menu).await;
    assert_eq!(moderator.eval(offered).await, "false,true");
}

#[tokio::test]
async fn what_did_not_come_says_so_and_comes_at_the_next_try() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    let block = async |urls: &[&str]| {
        let cdp = desk.driver.cdp();
        cdp.send_raw("Network.enable", json!({})).await.unwrap();
        cdp.send_raw("Network.setBlockedURLs", json!({ "urls": urls }))
            .await
            .unwrap();
    };
    block(&["*/js/later*"]).await;
    desk.visit(&format!("/chat/room/{room}")).await;
    is_online(&desk).await;
    desk.press("Emoji").await;
    desk.holds("document.getElementById('connection').textContent.includes('could not be loaded')")
        .await;
    block(&[]).await;
    desk.press("Emoji").await;
    desk.holds("document.getElementById('emoji-picker').open")
        .await;
}

#[tokio::test]
async fn what_is_read_out_is_what_is_shown() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    desk.eval("(() => { window.said = []; document.ariaNotify = (words) => said.push(words); })()")
        .await;
    ben.posts("**Lunch** at _noon_?\n\nOr `later`")
        .in_room(&room)
        .await;
    desk.holds("said.includes('ben: Lunch at noon? Or later')")
        .await;
}

#[tokio::test]
async fn a_quote_of_nothing_but_files_says_what_they_are_called() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let file = uploads(&ada, "plan.txt", b"the plan").await;
    let parent = sends(&ada, &room, "", &[&file]).await.ok(201)["message"].take();
    let id = parent["id"].as_str().unwrap();
    ben.posts("good").answering(id).in_room(&room).await;
    let quote = async || ben.reads(&room).await[1]["reply_to"]["excerpt"].clone();
    assert_eq!(quote().await, "plan.txt");
    let Some(desk) = open(&app, &ben, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    let shown = "document.querySelector('.message .quote__excerpt')?.textContent";
    assert_eq!(desk.eval(shown).await, "plan.txt");
    let deleting = ada
        .delete(&format!("/rooms/{room}/messages/{id}"))
        .send()
        .await;
    assert!(deleting.status.is_success());
    desk.holds(&format!("{shown} === 'Message deleted'")).await;
    assert_eq!(quote().await, "");
}

#[tokio::test]
async fn nothing_is_pushed_by_what_loads_or_comes() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    let mut socket = ben.socket().await;
    for number in 1..=60 {
        socket.send(&room, &format!("message {number}")).await;
    }
    let read = json!({ "seq": 60 });
    let reading = ada.put(&format!("/rooms/{room}/read")).json(&read);
    reading.send().await.ok(200);
    for device in [Device::Desktop, Device::Phone] {
        let Some(browser) = open(&app, &ada, device).await else {
            return;
        };
        // So slow that a page in the making would be seen.
        let slow = json!({ "rate": 4 });
        let cdp = browser.driver.cdp();
        cdp.send_raw("Emulation.setCPUThrottlingRate", slow)
            .await
            .unwrap();
        enter(&browser, &room).await;
        let watch = "(() => {
            window.shifts = [];
            const named = ({ node }) => node?.className ?? node?.nodeName;
            const add = ({ value, sources }) => shifts.push([value, ...sources.map(named)]);
            new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true });
            window.counted = false;
            new MutationObserver(() => (counted ||= !!document.querySelector('.sidebar [data-unread]')))
                .observe(document.querySelector('.sidebar'), { subtree: true, attributes: true });
        })()";
        browser.eval(watch).await;
        // One by one, more at once than are near, and so many that the first ones go.
        for burst in [1, 1, 1, 20, 300] {
            let mut seq = 0;
            for number in 1..=burst {
                let sent = socket.send(&room, &format!("and {number}\n\nmore")).await;
                seq = sent["seq"].as_u64().unwrap();
            }
            browser.holds(&in_sight(seq)).await;
        }
        let pushed = browser
            .eval("shifts.reduce((sum, [value]) => sum + value, 0)")
            .await;
        let shifts = browser.eval("shifts").await;
        assert!(pushed.as_f64().unwrap() <= 0.02, "{device:?}: {shifts}");
        let hidden = browser.eval("document.getElementById('jump').hidden").await;
        assert_eq!(hidden, true);
        assert_eq!(browser.eval("counted").await, false, "it is being read");
    }
}

fn in_sight(seq: u64) -> String {
    format!(
        "(({{ top, bottom }} = {{}}) => top > 0 && bottom < innerHeight)
            (document.querySelector('.message[data-seq=\"{seq}\"]')?.getBoundingClientRect())"
    )
}

#[tokio::test]
async fn a_message_is_called_by_who_said_what_and_when() {
    let app = App::on_sqlite().await;
    let (ada, ben, room) = room_of_two(&app).await;
    ben.posts("one").in_room(&room).await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &room).await;
    ben.posts("two").in_room(&room).await;
    desk.says("General", "three").await;
    desk.holds("document.querySelectorAll('.message[data-state=sent]').length === 3")
        .await;
    // By the browser's own reckoning, also where a name is not shown again.
    let cdp = desk.driver.cdp();
    let tree = cdp
        .send_raw("Accessibility.getFullAXTree", json!({}))
        .await
        .unwrap();
    let nodes = tree["nodes"].as_array().unwrap().iter();
    let articles = nodes.filter(|node| node["role"]["value"] == "article");
    let names: Vec<_> = articles
        .map(|node| node["name"]["value"].as_str().unwrap().to_owned())
        .collect();
    let begins = ["ben one ", "ben two ", "ada three "];
    assert_eq!(names.len(), begins.len(), "{names:?}");
    for (name, begin) in names.iter().zip(begins) {
        assert!(name.starts_with(begin) && name.contains(':'), "{names:?}");
    }
}
