//! Who is there, who types, and who hears of it.

use serde_json::{Value, json};
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person, Socket};

stories![
    coming_and_going_is_told_to_those_who_share_a_room,
    a_reload_is_not_told,
    members_and_the_welcome_say_who_is_there,
    several_devices_are_one_person,
    typing_is_told_to_the_other_members_and_ends_with_the_message,
    who_is_not_a_member_neither_types_nor_hears,
    a_status_is_told_and_ends_by_itself,
    away_by_choice_is_seen_by_others,
    hostile_statuses_and_ends_are_refused,
    a_new_name_is_told_once_to_all_who_share_a_room,
    a_program_without_a_socket_is_told_of_too,
    signals_with_bad_fields_name_them,
];

/// The next that is heard of how this person is seen.
async fn sees(socket: &mut Socket, person: &Person) -> Value {
    let frame = socket
        .wait(&format!("presence of {}", person.username), |frame| {
            frame["type"] == "presence" && frame["user"] == person.id.as_str()
        })
        .await;
    frame["state"].clone()
}

/// What was heard of how anybody is seen.
async fn seen_so_far(socket: &mut Socket) -> Vec<Value> {
    let mut frames = socket.so_far_of_all().await;
    frames.retain(|frame| frame["type"] == "presence");
    frames
}

async fn two_in_a_room(app: &App) -> (Person, Person, String) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    (ada, ben, room)
}

async fn coming_and_going_is_told_to_those_who_share_a_room(app: &App) {
    let (ada, ben, _) = two_in_a_room(app).await;
    let stranger = app.user("cleo").await;
    let (mut hers, mut strangers) = (ada.socket().await, stranger.socket().await);
    let his = ben.socket().await;
    assert_eq!(sees(&mut hers, &ben).await, "active");
    his.say(&json!({"type": "presence", "state": "away"}));
    assert_eq!(sees(&mut hers, &ben).await, "away");
    his.say(&json!({"type": "presence", "state": "active"}));
    assert_eq!(sees(&mut hers, &ben).await, "active");
    his.leave().await;
    assert_eq!(sees(&mut hers, &ben).await, "offline");
    // A connection that just ends is no different.
    drop(ben.socket().await);
    assert_eq!(sees(&mut hers, &ben).await, "active");
    assert_eq!(sees(&mut hers, &ben).await, "offline");
    assert_eq!(seen_so_far(&mut hers).await, Vec::<Value>::new());
    assert_eq!(seen_so_far(&mut strangers).await, Vec::<Value>::new());
}

async fn a_reload_is_not_told(app: &App) {
    let (ada, ben, _) = two_in_a_room(app).await;
    let mut hers = ada.socket().await;
    let mut his = ben.socket().await;
    assert_eq!(sees(&mut hers, &ben).await, "active");
    for _ in 0..5 {
        his.leave().await;
        his = ben.socket().await;
    }
    his.say(&json!({"type": "presence", "state": "away"}));
    // The leases of the pages before last a little longer; then he is what the last one says.
    assert_eq!(sees(&mut hers, &ben).await, "away");
    assert_eq!(seen_so_far(&mut hers).await, Vec::<Value>::new());
}

async fn members_and_the_welcome_say_who_is_there(app: &App) {
    let (ada, ben, room) = two_in_a_room(app).await;
    let stranger = app.user("cleo").await;
    let mut phone = ada.socket().await;
    let _theirs = (ben.socket().await, stranger.socket().await);
    phone.sees(&ben, "active").await;
    let hers = ada.socket().await;
    assert_eq!(hers.welcome["presence"], json!({&ben.id: "active"}));
    let members = ada.get(&format!("/rooms/{room}/members")).send().await;
    let members = members.ok(200)["members"].take();
    let presences = members.as_array().unwrap().iter();
    let presences: Vec<_> = presences.map(|member| &member["presence"]).collect();
    assert_eq!(presences, ["active", "active"]);
}

async fn several_devices_are_one_person(app: &App) {
    let (ada, ben, _) = two_in_a_room(app).await;
    let mut hers = ada.socket().await;
    let (desk, phone) = (ben.socket().await, ben.socket().await);
    assert_eq!(sees(&mut hers, &ben).await, "active");
    desk.leave().await;
    phone.say(&json!({"type": "presence", "state": "away"}));
    assert_eq!(sees(&mut hers, &ben).await, "away");
    phone.leave().await;
    assert_eq!(sees(&mut hers, &ben).await, "offline");
    assert_eq!(seen_so_far(&mut hers).await, Vec::<Value>::new());
}

async fn typing_is_told_to_the_other_members_and_ends_with_the_message(app: &App) {
    let (ada, ben, room) = two_in_a_room(app).await;
    let mut hers = ada.socket().await;
    let (mut his, mut phone) = (ben.socket().await, ben.socket().await);
    let typing = json!({"type": "typing", "room": room});
    his.say(&typing);
    let expected = json!({"type": "typing", "room": room, "user": ben.id, "ttl_ms": 6_000});
    assert_eq!(hers.wait_for("typing").await, expected);
    his.say(&typing);
    his.send(&room, "hello").await;
    hers.hears("hello").await;
    let again = hers.so_far().await;
    assert!(
        again.iter().all(|frame| frame["type"] != "typing"),
        "throttled: {again:?}"
    );
    // What is typed after a message is news.
    his.say(&typing);
    assert_eq!(hers.wait_for("typing").await, expected);
    for own in [&mut his, &mut phone] {
        let heard = own.so_far().await;
        assert!(
            heard.iter().all(|frame| frame["type"] != "typing"),
            "{heard:?}"
        );
    }
    assert_eq!(ada.reads(&room).await.len(), 1, "it is stored nowhere");
}

async fn who_is_not_a_member_neither_types_nor_hears(app: &App) {
    let (ada, ben, room) = two_in_a_room(app).await;
    let (mut hers, mut his) = (ada.socket().await, ben.socket().await);
    sees(&mut hers, &ben).await;
    ben.leaves(&room).await;
    his.wait_for("left").await;
    his.say(&json!({"type": "typing", "room": room}));
    his.say(&json!({"type": "presence", "state": "away"}));
    hers.say(&json!({"type": "typing", "room": room}));
    hers.say(&json!({"type": "presence", "state": "away"}));
    his.so_far().await;
    hers.so_far().await;
    // Somebody whom both hear says that everything before was told.
    let cleo = app.user("cleo").await;
    cleo.joins(&room).await;
    let _theirs = cleo.socket().await;
    assert_eq!(sees(&mut hers, &cleo).await, "active");
    let heard = hers.so_far_of_all().await;
    assert!(
        heard.iter().all(|frame| frame["user"] != ben.id.as_str()),
        "{heard:?}"
    );
    let heard = his.so_far_of_all().await;
    assert_eq!(heard, Vec::<Value>::new());
}

async fn patch(person: &Person, change: Value) -> Value {
    person.patch("/me").json(&change).send().await.ok(200)["user"].take()
}

async fn a_status_is_told_and_ends_by_itself(app: &App) {
    let (ada, ben, room) = two_in_a_room(app).await;
    let mut hers = ada.socket().await;
    let until = chrono::DateTime::from_timestamp_millis(now() + 1_500).unwrap();
    let me = patch(
        &ben,
        json!({"status": "🏖️ lunch", "status_until": until, "dnd_until": until}),
    )
    .await;
    assert_eq!(me["status"], "🏖️ lunch");
    assert!(
        me["status_until"].is_string() && me["dnd_until"].is_string(),
        "{me}"
    );
    let told = hers.wait_for("user").await;
    assert_eq!(told["user"]["status"], "🏖️ lunch");
    assert_eq!(told["user"].get("dnd_until"), None, "only for oneself");
    let told = hers.wait_for("user").await;
    assert_eq!(told["user"]["status"], Value::Null);
    let me = ben.get("/me").send().await.ok(200)["user"].take();
    assert_eq!(
        (&me["status"], &me["status_until"], &me["dnd_until"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let members = ada
        .get(&format!("/rooms/{room}/members"))
        .send()
        .await
        .ok(200);
    assert_eq!(members["members"][1]["user"]["status"], Value::Null);
    // The end belongs to its status: the next one stays.
    patch(
        &ben,
        json!({"status": "here", "status_until": "2027-11-20T00:00:00Z"}),
    )
    .await;
    let me = patch(&ben, json!({"status": "back"})).await;
    assert_eq!(
        (&me["status"], &me["status_until"]),
        (&json!("back"), &Value::Null)
    );
    assert_eq!(
        patch(&ben, json!({"status": null})).await["status"],
        Value::Null
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server's clock is the machine's"
)]
fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

async fn away_by_choice_is_seen_by_others(app: &App) {
    let (ada, ben, _) = two_in_a_room(app).await;
    let mut hers = ada.socket().await;
    let _his = ben.socket().await;
    assert_eq!(sees(&mut hers, &ben).await, "active");
    assert_eq!(patch(&ben, json!({"away": true})).await["away"], true);
    assert_eq!(sees(&mut hers, &ben).await, "away");
    let _phone = ben.socket().await;
    patch(&ben, json!({"away": false})).await;
    assert_eq!(sees(&mut hers, &ben).await, "active");
    assert_eq!(seen_so_far(&mut hers).await, Vec::<Value>::new());
}

async fn hostile_statuses_and_ends_are_refused(app: &App) {
    let ada = app.user("ada").await;
    let refused = async |change: Value, field: &str| {
        let answer = ada.patch("/me").json(&change).send().await.ok(422);
        assert_eq!(answer["field"], field, "{change}: {answer}");
    };
    for status in [
        "a\u{202e}b",
        "a\nb",
        "a\u{0}b",
        "\u{200b}",
        &"x".repeat(300),
    ] {
        refused(json!({"status": status}), "status").await;
    }
    for until in ["2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z"] {
        refused(
            json!({"status": "x", "status_until": until}),
            "status_until",
        )
        .await;
        refused(json!({"dnd_until": until}), "dnd_until").await;
    }
    for change in [
        json!({"status": 1}),
        json!({"dnd_until": "soon"}),
        json!({"away": "yes"}),
    ] {
        ada.patch("/me").json(&change).send().await.ok(422);
    }
    let me = ada.get("/me").send().await.ok(200)["user"].take();
    assert_eq!((&me["status"], &me["away"]), (&Value::Null, &json!(false)));
}

async fn a_new_name_is_told_once_to_all_who_share_a_room(app: &App) {
    let (ada, ben, _) = two_in_a_room(app).await;
    let other = ada.creates_room("Den").await;
    ben.joins(&other).await;
    let stranger = app.user("cleo").await;
    let (mut hers, mut his) = (ada.socket().await, ben.socket().await);
    let mut strangers = stranger.socket().await;
    patch(&ben, json!({"display_name": "Benjamin"})).await;
    for socket in [&mut hers, &mut his] {
        let told = socket.wait_for("user").await;
        assert_eq!(told["user"]["display_name"], "Benjamin");
        assert_eq!(told["user"].get("role"), None);
        let more = socket.so_far().await;
        assert!(more.iter().all(|frame| frame["type"] != "user"), "{more:?}");
    }
    assert_eq!(strangers.so_far_of_all().await, Vec::<Value>::new());
}

async fn a_program_without_a_socket_is_told_of_too(app: &App) {
    let (ada, ben, _) = two_in_a_room(app).await;
    let mut hers = ada.socket().await;
    patch(&ben, json!({"display_name": "Robot"})).await;
    let told = hers.wait_for("user").await;
    assert_eq!(told["user"]["display_name"], "Robot");
    assert_eq!(seen_so_far(&mut hers).await, Vec::<Value>::new());
}

async fn signals_with_bad_fields_name_them(app: &App) {
    let ada = app.user("ada").await;
    let mut socket = ada.socket().await;
    for (frame, field) in [
        (json!({"type": "typing"}), "room"),
        (json!({"type": "typing", "room": "x"}), "UUID"),
        (json!({"type": "presence", "state": "busy"}), "busy"),
        (
            json!({"type": "presence", "state": "active", "room": 1}),
            "UUID",
        ),
    ] {
        socket.say(&frame);
        let error = socket.wait_for("error").await;
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(field), "{frame}: {error}");
    }
}

async fn register(browser: &Browser, path: &str, name: &str) {
    browser.visit(path).await;
    browser.fill("Username", name).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Create account").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
}

/// Whether the member of this name is shown so.
fn shown(name: &str, state: &str) -> String {
    format!(
        "[...document.querySelectorAll('.details__people li')].some(item =>
            item.innerText.includes('{name}') && item.querySelector('[data-presence={state}]'))"
    )
}

const TYPING: &str = "document.querySelector('[data-typing]').innerText";
const COMPOSER_TOP: &str = "document.getElementById('composer').getBoundingClientRect().top";

#[tokio::test]
async fn two_people_see_each_other_come_type_and_go() {
    let app = App::on_sqlite().await;
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let ben = Browser::open(&app, "ben", Device::Desktop)
        .await
        .expect("one browser opened");
    register(&ada, "/", "ada").await;
    ada.visit("/chat/rooms").await;
    ada.fill("Room name", "Hall").await;
    ada.press("Create room").await;
    ada.find("log", "Messages in Hall").await;
    register(&ben, "/auth/register", "ben").await;
    ben.visit("/chat/rooms").await;
    ben.follow("Hall").await;
    ben.holds(&shown("ada", "active")).await;
    ada.reload().await;
    ada.holds(&shown("ben", "active")).await;

    let top = ada.eval(COMPOSER_TOP).await;
    ben.fill("Message Hall", "I am wr").await;
    ada.holds(&format!("{TYPING} === 'ben is typing…'")).await;
    ada.screenshot("typing").await;
    assert_eq!(ada.eval(COMPOSER_TOP).await, top, "nothing jumps");
    assert_eq!(ben.eval(TYPING).await, "", "not of oneself");
    ben.press("Send").await;
    ada.holds(&format!("{TYPING} === ''")).await;
    // What nobody goes on with ends by itself.
    ben.fill("Message Hall", "or not").await;
    ada.holds(&format!("{TYPING} === 'ben is typing…'")).await;
    ada.holds(&format!("{TYPING} === ''")).await;

    ada.click_at(".account-button").await;
    ada.fill("Status", "Lunch \u{2615}").await;
    ada.screenshot("account-menu").await;
    ada.press("Save status").await;
    ben.holds("document.querySelector('.details').innerText.includes('Lunch')")
        .await;
    ada.selects("Do not disturb", "For an hour").await;
    ada.holds("document.querySelector('[data-dnd-note]').innerText.startsWith('On until')")
        .await;
    ada.click_at("[name=away]").await;
    ben.holds(&shown("ada", "away")).await;
    ben.screenshot("status-and-away").await;
    ada.click_at("[name=away]").await;
    ben.holds(&shown("ada", "active")).await;

    ben.driver.goto("about:blank").await.unwrap();
    ada.holds(&shown("ben", "offline")).await;
    ada.screenshot("offline").await;
    ben.visit("/chat/rooms").await;
    ada.holds(&shown("ben", "active")).await;

    // In a direct room the other one is marked in the header and at the side.
    let begins = "fetch('/api/v1/rooms/direct', {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ users: [
                document.querySelector('.details__people li:last-child').dataset.user] }),
        }).then((answer) => answer.json()).then((answer) => answer.room.id)";
    let room = ada.eval(begins).await;
    let path = format!("/chat/room/{}", room.as_str().unwrap());
    ada.visit(&path).await;
    ada.prefers("dark").await;
    for place in [".room__header", ".sidebar [aria-current=page]"] {
        let mark = format!("document.querySelector('{place} [data-presence=active]')");
        ada.holds(&mark).await;
    }
    ada.screenshot("direct-dark").await;
    for browser in [&ada, &ben] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}
