//! From room to room without loading the page, and what finds its way there.

use serde_json::json;
use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

use super::reading_pages::{enter, is_online, keys, open};

const FIELD: &str = "document.querySelector('#composer textarea').value";

/// Marks the page, to see later whether it is the same.
async fn mark(browser: &Browser) {
    browser.eval("window.same = true").await;
}

async fn is_same(browser: &Browser, room: &str) {
    browser.find("log", &format!("Messages in {room}")).await;
    assert_eq!(
        browser.eval("window.same").await,
        true,
        "nothing was loaded"
    );
}

async fn shows(browser: &Browser, text: &str) {
    let text = json!(text);
    browser
        .holds(&format!(
            "[...document.querySelectorAll('#log .message[data-state=sent] .message__body')]
                .some((body) => body.innerText.trim() === {text})"
        ))
        .await;
}

#[tokio::test]
async fn rooms_change_without_loading_the_page_and_the_way_back_leads_to_where_one_was() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let (hall, den) = (
        ada.creates_room("Hall").await,
        ada.creates_room("Den").await,
    );
    for room in [&hall, &den] {
        ben.joins(room).await;
    }
    let mut socket = ben.socket().await;
    for number in 1..=120 {
        socket.send(&hall, &format!("hall {number}")).await;
    }
    ada.put(&format!("/rooms/{hall}/read"))
        .json(&json!({"seq": 120}))
        .send()
        .await
        .ok(200);
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &hall).await;
    mark(&desk).await;
    desk.eval("(() => { window.socketsMade = 0; window.WebSocket = class extends WebSocket { constructor(url) { super(url); socketsMade++; } }; })()").await;
    keys(&desk, "Hall", "half a thought").await;
    desk.eval("(() => { document.getElementById('log').scrollTop -= 1200; })()")
        .await;
    let first = "[...document.querySelectorAll('.message')].find((row) =>
        row.getBoundingClientRect().bottom > document.getElementById('log').getBoundingClientRect().top).dataset.seq";
    // The way there may lead through the log.
    desk.goes_to(&desk.find("link", "Den").await).await;
    let seen = desk.eval(first).await;

    desk.follow("Den").await;
    is_same(&desk, "Den").await;
    assert_eq!(desk.path().await, format!("/chat/room/{den}"));
    desk.holds("document.title.includes('Den')").await;
    desk.holds(
        "document.querySelector('.sidebar [aria-current=page]').textContent.includes('Den')",
    )
    .await;
    desk.holds(&format!(
        "document.querySelector('[data-room=\"{hall}\"] .room-link__draft:not([hidden])')"
    ))
    .await;
    assert_eq!(desk.eval(FIELD).await, "");
    // What comes is shown, what is said is sent, and in the other room it is counted.
    socket.send(&den, "in the den").await;
    shows(&desk, "in the den").await;
    desk.says("Den", "I am here").await;
    shows(&desk, "I am here").await;
    socket.send(&hall, "hall 121").await;
    desk.holds(&format!(
        "document.querySelector('[data-room=\"{hall}\"] a').dataset.unread === '1'"
    ))
    .await;

    desk.driver.back().await.unwrap();
    is_same(&desk, "Hall").await;
    desk.holds(&format!("{first} === '{}'", seen.as_str().unwrap()))
        .await;
    assert_eq!(desk.eval(FIELD).await, "half a thought");
    desk.driver.forward().await.unwrap();
    is_same(&desk, "Den").await;
    assert_eq!(desk.eval("socketsMade").await, 0, "the socket stays");

    // By the keyboard, too; and a link with a place leads there.
    desk.holds("import('/static/js/around.js').then(() => true)")
        .await;
    // What is unread comes first, and after the last the first.
    desk.key("Alt+Shift+ArrowDown").await;
    is_same(&desk, "Hall").await;
    desk.goes_to(&desk.at("#log").await).await;
    desk.key("Alt+ArrowDown").await;
    is_same(&desk, "Den").await;
    desk.key("Alt+ArrowUp").await;
    is_same(&desk, "Hall").await;
    desk.eval(&format!("location.assign('/chat/room/{hall}?at=5')"))
        .await;
    desk.holds("document.querySelector('.message[data-target]')?.dataset.seq === '5'")
        .await;
    is_same(&desk, "Hall").await;
    // With a modifier a link is a link.
    let prevented = "(() => { let taken = null; navigation.addEventListener('navigate', (event) => (taken = event), { once: true });
        document.querySelector('.sidebar__rooms a').dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true })); return taken; })()";
    assert!(desk.eval(prevented).await.is_null());
    assert_eq!(desk.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_belonged_to_a_room_ends_with_it() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let hall = ada.creates_room("Hall").await;
    ada.creates_room("Den").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &hall).await;
    desk.holds("document.querySelector('#log[data-actions]')")
        .await;
    let round = async || {
        for room in ["Den", "Hall"] {
            // No element is named here: the driver would keep it.
            let link = format!(
                "[...document.querySelectorAll('.sidebar__rooms a')].find((a) => a.textContent.includes('{room}'))"
            );
            desk.eval(&format!("{link}.click()")).await;
            let there =
                format!("document.getElementById('log').ariaLabel === 'Messages in {room}'");
            desk.holds(&there).await;
            desk.holds("document.querySelector('#log[data-actions]')")
                .await;
        }
    };
    let counted = async |name: &str| {
        let cdp = desk.driver.cdp();
        cdp.send_raw("HeapProfiler.collectGarbage", json!({}))
            .await
            .unwrap();
        cdp.send_raw("Performance.enable", json!({})).await.unwrap();
        let told = cdp
            .send_raw("Performance.getMetrics", json!({}))
            .await
            .unwrap();
        let all = told["metrics"].as_array().unwrap().iter();
        all.clone().find(|each| each["name"] == name).unwrap()["value"]
            .as_f64()
            .unwrap()
    };
    round().await;
    let before = counted("JSEventListeners").await;
    for _ in 0..5 {
        round().await;
    }
    let after = counted("JSEventListeners").await;
    // Each visit has more than a hundred.
    assert!(after < before + 60.0, "{before} became {after}");
}

#[tokio::test]
async fn the_switcher_finds_messages_and_commands_and_the_keys_are_listed() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let hall = ada.creates_room("Hall").await;
    ada.posts("the *zebra* is in the garden")
        .in_room(&hall)
        .await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &hall).await;
    desk.holds("import('/static/js/around.js').then(() => true)")
        .await;
    let options = "[...document.querySelectorAll('#switcher [role=option]')].map((e) => e.innerText.replace(/\\s+/g, ' ')).join('|')";
    desk.key("Control+k").await;
    let field = desk.find("textbox", "Find people and rooms").await;
    field.send_keys("zebra").await.unwrap();
    desk.holds(&format!(
        "{options}.includes('ada: the zebra is in the garden')"
    ))
    .await;
    desk.screenshot("switcher-messages").await;
    field.send_keys("\u{e007}").await.unwrap();
    desk.holds("location.search === '?at=1' && document.querySelector('.message[data-target]')")
        .await;

    desk.key("Control+k").await;
    field.send_keys("dark").await.unwrap();
    desk.holds(&format!("{options}.includes('Dark colours')"))
        .await;
    field.send_keys("\u{e007}").await.unwrap();
    desk.holds("document.documentElement.dataset.theme === 'dark'")
        .await;
    desk.until("it is kept", async || {
        let me = ada.get("/me").send().await.ok(200);
        (me["user"]["preferences"]["theme"] == "dark").then_some(())
    })
    .await;

    desk.goes_to(&desk.at("#log").await).await;
    desk.key("?").await;
    desk.holds("document.getElementById('shortcuts').open")
        .await;
    desk.screenshot("shortcuts").await;
    desk.key("Escape").await;
    desk.key("Control+k").await;
    field.send_keys("log out").await.unwrap();
    desk.holds(&format!("{options}.includes('Log out')")).await;
    field.send_keys("\u{e007}").await.unwrap();
    desk.holds("location.pathname === '/auth/login'").await;
    assert_eq!(desk.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_command_marks_everything_as_read() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let (hall, den) = (
        ada.creates_room("Hall").await,
        ben.creates_room("Den").await,
    );
    ada.joins(&den).await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &hall).await;
    desk.holds("import('/static/js/around.js').then(() => true)")
        .await;
    ben.posts("while you were away").in_room(&den).await;
    let unread = "document.querySelector('.sidebar [data-unread]')?.dataset.unread ?? 'none'";
    desk.holds(&format!("({unread}) === '1'")).await;
    desk.eval("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true, cancelable: true}))")
        .await;
    let field = desk.find("textbox", "Find people and rooms").await;
    field.send_keys("mark every").await.unwrap();
    desk.holds("document.querySelector('#switcher [role=option]')?.innerText.includes('Mark everything as read')")
        .await;
    field.send_keys("\u{e007}").await.unwrap();
    desk.holds(&format!("['none', '0'].includes({unread})"))
        .await;
    assert_eq!(desk.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn two_tabs_show_the_same_of_what_is_not_sent_yet() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let hall = ada.creates_room("Hall").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    enter(&desk, &hall).await;
    let first = desk.driver.window().await.unwrap();
    let second = desk.driver.new_tab().await.unwrap();
    desk.driver.switch_to_window(second.clone()).await.unwrap();
    enter(&desk, &hall).await;
    // Nobody has a line: both show what waits.
    app.drain().await;
    desk.says("Hall", "from the second").await;
    let waits = "[...document.querySelectorAll('.message[data-state=pending] .message__body')].map((e) => e.innerText).join()";
    for tab in [&second, &first] {
        desk.driver.switch_to_window(tab.clone()).await.unwrap();
        desk.holds(&format!("{waits} === 'from the second'")).await;
    }
    // It is kept once for all tabs.
    let shelf = "new Promise((done) => { indexedDB.open('whatscrap').onsuccess = ({ target }) =>
        (target.result.transaction('unsent').objectStore('unsent').count().onsuccess = ({ target }) => done(target.result)); })";
    assert_eq!(desk.eval(shelf).await, 1, "kept once");
}

#[tokio::test]
async fn a_room_that_was_read_is_there_without_a_line_and_gone_after_a_logout() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let hall = ada.creates_room("Hall").await;
    ada.creates_room("Den").await;
    ada.posts("kept for the train").in_room(&hall).await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    desk.holds("navigator.serviceWorker.controller").await;
    enter(&desk, &hall).await;
    shows(&desk, "kept for the train").await;
    let line = async |offline: bool| {
        let cdp = desk.driver.cdp();
        let how = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        cdp.send_raw("Network.enable", json!({})).await.unwrap();
        cdp.send_raw("Network.emulateNetworkConditions", how)
            .await
            .unwrap();
    };
    let keeps = "caches.keys().then((names) => names.some((name) => name.startsWith('pages')))";
    desk.holds(keeps).await;
    // What the browser knows of its line is said at once.
    line(true).await;
    desk.holds("document.getElementById('connection').innerText.startsWith('You are offline')")
        .await;
    line(false).await;
    is_online(&desk).await;
    app.drain().await;
    line(true).await;
    desk.reload().await;
    shows(&desk, "kept for the train").await;
    desk.holds("document.documentElement.dataset.connection === 'offline'")
        .await;
    desk.says("Hall", "written in a tunnel").await;
    desk.holds("document.querySelector('.message[data-state=pending]')")
        .await;
    desk.visit("/settings/profile").await;
    desk.find("heading", "You are offline").await;
    desk.screenshot("offline").await;
}

#[tokio::test]
async fn a_logout_takes_what_was_kept() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let hall = ada.creates_room("Hall").await;
    let Some(desk) = open(&app, &ada, Device::Desktop).await else {
        return;
    };
    desk.holds("navigator.serviceWorker.controller").await;
    enter(&desk, &hall).await;
    let keeps = "caches.keys().then((names) => names.some((name) => name.startsWith('pages')))";
    desk.holds(keeps).await;
    is_online(&desk).await;
    desk.click_at(".account-button").await;
    desk.press("Log out").await;
    desk.holds("location.pathname === '/auth/login'").await;
    desk.holds(&format!("{keeps}.then((kept) => !kept)")).await;
}
