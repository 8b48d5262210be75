//! Who is told of what, end to end: from a post to what a browser reads of its push service.

use serde_json::{Value, json};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person, PushService};

/// Pushes go to a service of the test's own.
const LOOPBACK: &[&str] = &["--push-endpoints=loopback"];

/// Tests each of these stories on both databases, with pushes to loopback.
macro_rules! pushed {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use whatscrap_testkit::App;

            #[tokio::test]
            async fn on_sqlite() {
                super::$story(&App::with(super::LOOPBACK).await).await;
            }

            #[tokio::test]
            async fn on_postgresql() {
                if let Some(app) = App::on_postgresql_with(super::LOOPBACK).await {
                    super::$story(&app).await;
                }
            }
        }
    )+};
}

pushed! {
    a_message_reaches_every_device_of_whoever_is_away,
    a_name_reaches_whoever_wants_only_those,
    a_push_says_no_more_than_its_receiver_wants,
    a_browser_that_has_gone_is_forgotten,
    a_push_service_that_is_busy_is_asked_again,
    whoever_looks_is_not_told_and_an_unattended_tab_swallows_nothing,
    do_not_disturb_is_kept_and_ends,
    whoever_is_out_hears_no_more,
    what_was_read_elsewhere_is_withdrawn_by_the_next_push,
    what_follows_at_once_is_one_push,
    quiet_hours_are_kept_and_explained,
    the_log_is_ones_own,
    a_device_is_tested,
}

/// Ada and Ben in a room, Ben with a browser.
async fn scene(app: &App) -> (Person, Person, String, PushService) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Plans").await;
    ben.joins(&room).await;
    let service = PushService::start().await;
    service.subscribes(&ben, "laptop").await;
    (ada, ben, room, service)
}

/// The log once it says so much.
async fn log(person: &Person, count: usize) -> Vec<Value> {
    let noted = async {
        let mut ticks = tokio::time::interval(std::time::Duration::from_millis(100));
        loop {
            ticks.tick().await;
            let log = person.get("/push/log").send().await.ok(200);
            let notices = log["notices"].as_array().unwrap().clone();
            if notices.len() >= count {
                return notices;
            }
        }
    };
    let noted = tokio::time::timeout(whatscrap_testkit::PATIENCE, noted).await;
    noted.expect("it is noted in time")
}

async fn level(person: &Person, room: &str, level: &str) {
    let path = format!("/rooms/{room}/notifications");
    let chosen = person.put(&path).json(&json!({"level": level}));
    chosen.send().await.ok(200);
}

async fn prefers(person: &Person, preferences: Value) {
    let changed = person
        .patch("/me")
        .json(&json!({"preferences": preferences}));
    changed.send().await.ok(200);
}

async fn a_message_reaches_every_device_of_whoever_is_away(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    let phone = app.login("ben").await;
    service.subscribes(&phone, "phone").await;
    service.subscribes(&ada, "hers").await;
    ada.posts("see you at **noon** 👋").in_room(&room).await;
    let pushes = service.hears(2).await;
    let mut browsers: Vec<_> = pushes.iter().map(|push| push.browser.as_str()).collect();
    browsers.sort_unstable();
    assert_eq!(browsers, ["laptop", "phone"]);
    for push in &pushes {
        assert_eq!(push.said["title"], "ada in Plans");
        assert_eq!(push.said["body"], "see you at noon 👋");
        assert_eq!(push.said["room"], room.as_str());
        assert_eq!(
            (&push.said["seq"], &push.said["count"]),
            (&json!(1), &json!(1))
        );
        assert!(push.headers["authorization"].starts_with("vapid t="));
        assert_eq!(push.headers["content-encoding"], "aes128gcm");
        assert_eq!(push.headers["urgency"], "normal");
    }
    let notice = log(&ben, 1).await.remove(0);
    assert_eq!(
        (&notice["told"], &notice["rule"]),
        (&json!(true), &json!("level_all"))
    );
    assert_eq!(notice["outcomes"].as_array().unwrap().len(), 2);
}

async fn a_name_reaches_whoever_wants_only_those(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    prefers(&ben, json!({"level": "mentions"})).await;
    let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(mine["room"]["notifications"], "mentions");
    assert_eq!(mine["room"]["notifications_chosen"], false);
    ada.posts("for everyone").in_room(&room).await;
    assert_eq!(log(&ben, 1).await[0]["rule"], "level_mentions");
    ada.posts("for @ben").in_room(&room).await;
    let push = service.hears(1).await.remove(0);
    assert_eq!(push.said["title"], "ada mentioned you in Plans");
    assert_eq!(push.headers["urgency"], "high");
    level(&ben, &room, "nothing").await;
    ada.posts("@ben, again").in_room(&room).await;
    assert_eq!(log(&ben, 3).await[0]["rule"], "level_nothing");
    assert_eq!(service.so_far().len(), 1);
    level(&ben, &room, "usual").await;
    let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(mine["room"]["notifications"], "mentions");
}

async fn a_push_says_no_more_than_its_receiver_wants(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    prefers(&ben, json!({"push_text": "nothing"})).await;
    ada.posts("secret").in_room(&room).await;
    let push = service.hears(1).await.remove(0);
    assert_eq!(
        (&push.said["title"], &push.said["body"]),
        (&json!("WhatsCrap"), &json!("New message"))
    );
    let said = push.said.to_string();
    assert!(
        !said.contains("secret") && !said.contains("ada") && !said.contains("Plans"),
        "{said}"
    );
}

async fn a_browser_that_has_gone_is_forgotten(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    service.answers("laptop", &[410]);
    ada.posts("hello").in_room(&room).await;
    let notice = log(&ben, 1).await.remove(0);
    let result = notice["outcomes"][0]["result"].as_str().unwrap();
    assert!(result.contains("was removed"), "{notice}");
    let devices = ben.get("/push/subscriptions").send().await.ok(200);
    assert_eq!(devices["subscriptions"], json!([]));
}

async fn a_push_service_that_is_busy_is_asked_again(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    service.answers("laptop", &[429, 503, 201]);
    ada.posts("hello").in_room(&room).await;
    assert_eq!(service.hears(3).await.len(), 3);
    let notice = log(&ben, 1).await.remove(0);
    assert_eq!(notice["outcomes"][0]["result"], "taken by the push service");
}

async fn whoever_looks_is_not_told_and_an_unattended_tab_swallows_nothing(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    let mut tab = ben.socket().await;
    tab.say(&json!({"type": "presence", "state": "active", "room": room}));
    tab.so_far().await;
    ada.posts("seen").in_room(&room).await;
    assert_eq!(log(&ben, 1).await[0]["rule"], "looking");
    assert!(service.so_far().is_empty());
    // The tab is still open, but nobody has touched it for a while.
    tab.say(&json!({"type": "presence", "state": "active"}));
    tab.so_far().await;
    ada.posts("not seen").in_room(&room).await;
    assert_eq!(service.hears(1).await[0].said["body"], "not seen");
    let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(mine["room"]["unread"], 2, "the badge is there, too");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server's clock is the machine's"
)]
fn in_an_hour() -> Value {
    json!(chrono::Utc::now() + chrono::TimeDelta::hours(1))
}

async fn do_not_disturb_is_kept_and_ends(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    let until = |until: Value| ben.patch("/me").json(&json!({"dnd_until": until}));
    until(in_an_hour()).send().await.ok(200);
    ada.posts("@ben").in_room(&room).await;
    assert_eq!(log(&ben, 1).await[0]["rule"], "do_not_disturb");
    until(Value::Null).send().await.ok(200);
    ada.posts("@ben, again").in_room(&room).await;
    assert_eq!(service.hears(1).await[0].said["body"], "@ben, again");
}

async fn whoever_is_out_hears_no_more(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    let cleo = app.user("cleo").await;
    cleo.joins(&room).await;
    service.subscribes(&cleo, "tablet").await;
    let place = format!("/rooms/{room}/members/{}", ben.id);
    assert!(ada.delete(&place).send().await.status.is_success());
    assert_eq!(cleo.post("/auth/logout").send().await.status, 204);
    ada.posts("secret").in_room(&room).await;
    // What is said next reaches somebody, so what was said before has been dealt with.
    let dora = app.user("dora").await;
    dora.joins(&room).await;
    service.subscribes(&dora, "desk").await;
    ada.posts("hello").in_room(&room).await;
    let pushes = service.hears(1).await;
    assert_eq!((pushes.len(), pushes[0].browser.as_str()), (1, "desk"));
}

async fn what_was_read_elsewhere_is_withdrawn_by_the_next_push(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    let other = ada.creates_room("Music").await;
    ben.joins(&other).await;
    ada.posts("hello").in_room(&room).await;
    service.hears(1).await;
    let read = json!({"seq": 1});
    let reading = ben.put(&format!("/rooms/{room}/read")).json(&read);
    reading.send().await.ok(200);
    ada.posts("la la").in_room(&other).await;
    let push = service.hears(2).await.remove(1);
    assert_eq!(push.said["room"], other.as_str());
    assert_eq!(push.said["read"], json!([room]));
}

async fn what_follows_at_once_is_one_push(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    for number in 1..=5 {
        ada.posts(&format!("line {number}")).in_room(&room).await;
    }
    let pushes = service.hears(2).await;
    assert_eq!(
        (&pushes[0].said["count"], &pushes[0].said["body"]),
        (&json!(1), &json!("line 1"))
    );
    let body = "4 new messages: line 5";
    assert_eq!(
        (&pushes[1].said["count"], &pushes[1].said["body"]),
        (&json!(4), &json!(body))
    );
    assert_eq!(pushes[0].headers["topic"], pushes[1].headers["topic"]);
    let notices = log(&ben, 2).await;
    assert_eq!(
        (&notices[0]["seq"], &notices[0]["count"]),
        (&json!(2), &json!(4))
    );
}

async fn quiet_hours_are_kept_and_explained(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    // From a time to itself they never end.
    let quiet = json!({"from": "12:00", "to": "12:00", "time_zone": "Europe/Vienna"});
    prefers(&ben, json!({"quiet": quiet})).await;
    ada.posts("@ben").in_room(&room).await;
    assert_eq!(log(&ben, 1).await[0]["rule"], "quiet_hours");
    let asked = ben.get(&format!("/push/rule?room={room}&seq=1"));
    let rule = asked.send().await.ok(200);
    assert_eq!(
        (&rule["told"], &rule["rule"]),
        (&json!(false), &json!("quiet_hours"))
    );
    prefers(&ben, json!({"quiet": null, "sound": true})).await;
    let asked = ben.get(&format!("/push/rule?room={room}&seq=1"));
    let rule = asked.send().await.ok(200);
    assert_eq!(
        (&rule["told"], &rule["rule"]),
        (&json!(true), &json!("named"))
    );
    assert_eq!(rule["sound"], true);
    assert!(service.so_far().is_empty());
}

async fn the_log_is_ones_own(app: &App) {
    let (ada, ben, room, service) = scene(app).await;
    ada.posts("hello").in_room(&room).await;
    service.hears(1).await;
    log(&ben, 1).await;
    let hers = ada.get("/push/log").send().await.ok(200);
    assert_eq!(hers["notices"], json!([]));
    let eve = app.user("eve").await;
    let asked = eve.get(&format!("/push/rule?room={room}&seq=1"));
    asked.send().await.refused(403, "not_a_member");
    let asked = ben.get(&format!("/push/rule?room={room}&seq=9"));
    asked.send().await.refused(404, "not_found");
    ben.get("/push/log?limit=0")
        .send()
        .await
        .refused(422, "invalid");
}

async fn a_device_is_tested(app: &App) {
    let (_, ben, _, service) = scene(app).await;
    let devices = ben.get("/push/subscriptions").send().await.ok(200);
    let id = devices["subscriptions"][0]["id"].as_str().unwrap();
    let test = format!("/push/subscriptions/{id}/test");
    let tested = ben.post(&test).send().await.ok(200);
    assert_eq!(tested["accepted"], true);
    assert_eq!(service.hears(1).await[0].said["title"], "It works");
    service.answers("laptop", &[404]);
    let tested = ben.post(&test).send().await.ok(200);
    assert_eq!(tested["accepted"], false);
    ben.post(&test).send().await.refused(404, "not_found");
}

/// What the worker of the page shows, by room.
const SHOWN: &str = "navigator.serviceWorker.ready
    .then((registration) => registration.getNotifications())
    .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))";

/// Hands a real browser what its push service would: no headless browser has one.
async fn deliver(browser: &Browser, origin: &str, said: &Value) {
    let cdp = browser.driver.cdp();
    cdp.send_raw("ServiceWorker.enable", json!({}))
        .await
        .expect("the worker can be looked at");
    // The first worker of a fresh profile.
    let push = json!({"origin": origin, "registrationId": "0", "data": said.to_string()});
    cdp.send_raw("ServiceWorker.deliverPushMessage", push)
        .await
        .expect("the push is delivered");
}

#[tokio::test]
async fn a_real_browser_shows_what_is_pushed_while_its_page_is_closed() {
    let app = App::with(LOOPBACK).await;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Plans").await;
    let Some(browser) = Browser::open(&app, "ben", Device::Desktop).await else {
        return;
    };
    let origin: &str = &app.origin;
    let ben = app.user("ben").await;
    ben.joins(&room).await;
    browser.visit("/auth/login").await;
    browser.fill("Username", "ben").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
    // Nobody is asked before they asked to be.
    assert_eq!(browser.eval("Notification.permission").await, "default");
    let asked = browser
        .eval("navigator.serviceWorker.ready.then(({ pushManager }) => pushManager.getSubscription())")
        .await;
    assert_eq!(asked, Value::Null, "no subscription before the bell");
    let grant = json!({"origin": origin, "permissions": ["notifications"]});
    let cdp = browser.driver.cdp();
    let granted = cdp.send_raw("Browser.grantPermissions", grant).await;
    granted.expect("the permission is given");
    let scope = "import('/static/js/push.js')
        .then(({ register }) => register()).then(({ scope }) => scope)";
    assert_eq!(browser.eval(scope).await, format!("{origin}/"));

    let service = PushService::start().await;
    service.subscribes(&ben, "chromium").await;
    browser.driver.goto("about:blank").await.expect("it leaves");
    ada.posts("the first").in_room(&room).await;
    let first = service.hears(1).await.remove(0).said;
    deliver(&browser, origin, &first).await;
    ada.posts("the second, @ben").in_room(&room).await;
    let second = service.hears(2).await.remove(1).said;
    deliver(&browser, origin, &second).await;

    // Both are one notification of the room, which says that they are two.
    browser.visit("/chat/rooms").await;
    let shown = browser.eval(SHOWN).await;
    let expected = json!([{
        "title": "ada mentioned you in Plans",
        "body": "2 new messages: the second, @ben",
        "tag": format!("room-{room}"),
    }]);
    assert_eq!(shown, expected);
    // It goes once it was read on another device, as an open page hears.
    let read = json!({"seq": 2});
    let reading = ben.put(&format!("/rooms/{room}/read")).json(&read);
    reading.send().await.ok(200);
    let gone = format!("{SHOWN}.then((all) => all.length === 0)");
    browser
        .until("no notification", async || {
            (browser.eval(&gone).await == true).then_some(())
        })
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn the_bell_explains_before_it_asks_and_the_settings_are_kept() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    ada.creates_room("Plans").await;
    let Some(browser) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    browser.fill("Username", "ada").await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
    browser.follow("Notifications").await;
    browser
        .holds("document.getElementById('bell-dialog').open")
        .await;
    assert_eq!(browser.eval("Notification.permission").await, "default");
    browser.press("Not now").await;
    browser
        .holds("!document.getElementById('bell-dialog').open")
        .await;

    browser.visit("/settings/notifications").await;
    browser.click_at("[name=level][value=mentions]").await;
    browser.press("Save").await;
    browser.holds("location.search === '?done=saved'").await;
    let rooms = ada.get("/rooms").send().await.ok(200);
    assert_eq!(rooms["rooms"][0]["notifications"], "mentions");

    browser.visit("/chat/rooms").await;
    browser.follow("Plans").await;
    browser.press("Notifications of this room").await;
    browser.press("Nothing").await;
    browser
        .until("the room is silent", async || {
            let rooms = ada.get("/rooms").send().await.ok(200);
            (rooms["rooms"][0]["notifications"] == "nothing").then_some(())
        })
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}
