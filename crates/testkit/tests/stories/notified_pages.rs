//! Real browsers: how the pages and their worker tell, and say why.

use serde_json::{Value, json};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person, PushService};

/// Pushes go to a service of the test's own.
const LOOPBACK: &[&str] = &["--push-endpoints=loopback"];

async fn log_in(browser: &Browser, person: &Person) {
    browser.visit("/auth/login").await;
    browser.fill("Username", &person.username).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    online(browser).await;
}

async fn online(browser: &Browser) {
    browser
        .holds("document.documentElement.dataset.connection === 'online'")
        .await;
}

async fn before_every_page(browser: &Browser, script: &str) {
    let page = browser.driver.cdp();
    let page = page.page();
    let added = page.add_script_to_evaluate_on_new_document(script).await;
    added.expect("the script is taken");
}

/// Ada and Ben in a room, and a browser of Ben's; `None` without Chromium.
async fn scene(app: &App) -> Option<(Person, Person, String, Browser)> {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Plans").await;
    ben.joins(&room).await;
    let browser = Browser::open(app, "ben", Device::Desktop).await?;
    Some((ada, ben, room, browser))
}

/// The page has asked the server whether to tell.
const ASKED: &str =
    "performance.getEntriesByType('resource').some(({ name }) => name.includes('/push/rule'))";

#[tokio::test]
async fn a_page_sounds_only_for_those_who_want_it_to() {
    let app = App::on_sqlite().await;
    let Some((ada, ben, room, browser)) = scene(&app).await else {
        return;
    };
    let listening = "window.tones = 0;
        window.AudioContext = class extends AudioContext {
          createOscillator() { window.tones++; return super.createOscillator(); }
        };";
    before_every_page(&browser, listening).await;
    log_in(&browser, &ben).await;
    browser.visit("/chat/rooms").await;
    online(&browser).await;
    ada.posts("quiet").in_room(&room).await;
    browser.holds(ASKED).await;
    assert_eq!(browser.eval("window.tones").await, 0);

    browser.visit("/settings/notifications").await;
    browser.press("Play it").await;
    browser.holds("window.tones === 2").await;
    browser.click_at("[name=sound]").await;
    browser.press("Save").await;
    browser.holds("location.search === '?done=saved'").await;
    online(&browser).await;
    // Browsers let a page sound once it was touched.
    browser.press("Play it").await;
    browser.holds("window.tones === 2").await;
    ada.posts("loud").in_room(&room).await;
    browser.holds("window.tones === 4").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_hidden_page_shows_a_notification_of_its_own_that_leads_to_the_message() {
    let app = App::on_sqlite().await;
    let Some((ada, ben, room, browser)) = scene(&app).await else {
        return;
    };
    let grant = json!({"origin": &*app.origin, "permissions": ["notifications"]});
    let cdp = browser.driver.cdp();
    let granted = cdp.send_raw("Browser.grantPermissions", grant).await;
    granted.expect("the permission is given");
    let watching = "window.told = [];
        window.Notification = class extends Notification {
          constructor(title, options) { super(title, options); told.push(this); }
        };";
    before_every_page(&browser, watching).await;
    log_in(&browser, &ben).await;
    browser.visit(&format!("/chat/room/{room}")).await;
    online(&browser).await;
    // In sight, it needs no notification.
    ada.posts("seen").in_room(&room).await;
    browser.find("log", "Messages in Plans").await;
    browser
        .holds("document.querySelector('[data-seq=\"1\"]')")
        .await;
    let hide = "Object.defineProperty(document, 'visibilityState', { value: 'hidden' }) &&
        document.dispatchEvent(new Event('visibilitychange'))";
    browser.eval(hide).await;
    ada.posts("not seen").in_room(&room).await;
    browser.holds("told.length === 1").await;
    let shown = browser
        .eval("(({ title, body, tag }) => ({ title, body, tag }))(told[0])")
        .await;
    let expected = json!({
        "title": "ada in Plans",
        "body": "not seen",
        "tag": format!("room-{room}"),
    });
    assert_eq!(shown, expected);

    browser.visit("/chat/rooms").await;
    online(&browser).await;
    browser.eval(hide).await;
    ada.posts("elsewhere").in_room(&room).await;
    browser.holds("told.length === 1").await;
    browser
        .eval("told[0].dispatchEvent(new Event('click'))")
        .await;
    browser
        .holds(&format!(
            "location.pathname + location.search === '/chat/room/{room}?at=3'"
        ))
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

/// The worker's own code between what a browser would give it and what is asked of it.
async fn worker(browser: &Browser, world: &str, ask: &str) -> Value {
    let code = include_str!("../../../../static/sw.js");
    let script = format!(
        "return (async () => {{
            const handlers = {{}}, SHELL = [], skipWaiting = () => {{}};
            const addEventListener = (type, handler) => (handlers[type] = handler);
            const happens = async (type, event) => {{
                let work;
                handlers[type]({{ ...event, waitUntil: (promise) => (work = promise) }});
                await work;
            }};
            {world}
            {code}
            {ask}
        }})()"
    );
    let answer = browser.driver.execute(script, Vec::new()).await;
    answer.expect("the worker does it").json().clone()
}

#[tokio::test]
async fn a_click_on_a_notification_opens_its_room_in_the_page_that_is_nearest() {
    let app = App::on_sqlite().await;
    let Some(browser) = Browser::open(&app, "ben", Device::Desktop).await else {
        return;
    };
    let world = "let did, registration = {};
        const all = [];
        const page = (path, isOurs = true) => ({
            url: location.origin + path,
            async focus() { did.push(`focus ${path}`); return this; },
            async navigate(url) {
                if (!isOurs) throw new TypeError('not controlled');
                did.push(`navigate ${url}`);
            },
        });
        let pages = [];
        const clients = {
            matchAll: async () => pages,
            openWindow: async (url) => void did.push(`open ${url}`),
        };";
    let ask = "for (const there of [
            [],
            [page('/chat/room/9'), page('/chat/room/7?at=1')],
            [page('/settings/profile')],
            [page('/chat/rooms', false)],
        ]) {
            pages = there;
            const data = { room: '7', url: '/chat/room/7?at=5' };
            const notification = { data, close: () => (did = []) };
            await happens('notificationclick', { notification });
            all.push(did.join(', '));
        }
        return all;";
    let did = worker(&browser, world, ask).await;
    let expected = [
        "open /chat/room/7?at=5",
        "focus /chat/room/7?at=1",
        "focus /settings/profile, navigate /chat/room/7?at=5",
        "focus /chat/rooms, open /chat/room/7?at=5",
    ];
    assert_eq!(did, json!(expected));
}

#[tokio::test]
async fn a_subscription_that_the_push_service_changes_is_told_there_from_then_on() {
    let app = App::with(LOOPBACK).await;
    let Some((ada, ben, room, browser)) = scene(&app).await else {
        return;
    };
    log_in(&browser, &ben).await;
    let service = PushService::start().await;
    let subscribe = "await (await fetch('/api/v1/push/subscriptions', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(first.toJSON()),
        })).json();";
    let names = ["first", "second", "third"].map(|name| {
        let subscription = service.browser(name);
        let endpoint = subscription["endpoint"].as_str().unwrap();
        format!("const {name} = {{ endpoint: '{endpoint}', toJSON: () => ({subscription}) }};")
    });
    // The first time the browser brings the new one along, the second time it has to be asked.
    let world = format!(
        "{} let options;
        const registration = {{ pushManager: {{
            subscribe: async (said) => ((options = said), third),
        }} }};
        {subscribe}",
        names.join("\n")
    );
    let ask = "const change = 'pushsubscriptionchange';
        await happens(change, { oldSubscription: first, newSubscription: second });
        await happens(change, { oldSubscription: second, newSubscription: null });
        return [options.userVisibleOnly, options.applicationServerKey.length];";
    let asked = worker(&browser, &world, ask).await;
    assert_eq!(asked, json!([true, 87]));
    let kept = ben.get("/push/subscriptions").send().await.ok(200);
    assert_eq!(kept["subscriptions"].as_array().unwrap().len(), 1);
    ada.posts("hello").in_room(&room).await;
    let heard = service.hears(1).await;
    assert_eq!(heard[0].browser, "third");
}

#[tokio::test]
async fn a_page_says_why_one_was_or_was_not_told_and_leads_to_the_message() {
    let app = App::with(LOOPBACK).await;
    let Some((ada, ben, room, browser)) = scene(&app).await else {
        return;
    };
    log_in(&browser, &ben).await;
    browser.visit("/settings/notifications").await;
    let says = async |text: &str| {
        let text = json!(text);
        let page = format!("document.getElementById('notifications').innerText.includes({text})");
        browser
            .until(&format!("{text}"), async || {
                browser.reload().await;
                (browser.eval(&page).await == true).then_some(())
            })
            .await;
    };
    says("Without a device nobody is told").await;
    let service = PushService::start().await;
    service.subscribes(&ben, "laptop").await;
    says("the next message in one of your rooms will show here").await;
    ada.posts("come, @ben").in_room(&room).await;
    service.hears(1).await;
    says("Told of a message in Plans: it mentioned you.").await;
    says("taken by the push service").await;
    let quiet = ben.put(&format!("/rooms/{room}/notifications"));
    quiet
        .json(&json!({"level": "nothing"}))
        .send()
        .await
        .ok(200);
    ada.posts("and again").in_room(&room).await;
    says("Not told of a message in Plans").await;
    browser.screenshot("why-told").await;
    browser.click_at(".notifications__log [data-told] a").await;
    browser
        .holds(&format!(
            "location.pathname + location.search === '/chat/room/{room}?at=1'"
        ))
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}
