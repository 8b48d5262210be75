//! Real browsers: people find one another, invite, and remove.

use std::time::Instant;

use serde_json::json;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person};

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

async fn shows(browser: &Browser, text: &str) {
    let text = json!(text);
    let bodies = "[...document.querySelectorAll('[role=log] .message__body')]";
    browser
        .holds(&format!(
            "{bodies}.some(e => e.innerText.trim() === {text})"
        ))
        .await;
}

async fn lists(browser: &Browser, room: &str, is_there: bool) {
    let name = json!(room);
    let names = "[...document.querySelectorAll('nav .room-link__name')].map(e => e.textContent)";
    browser
        .holds(&format!("{names}.includes({name}) === {is_there}"))
        .await;
}

#[tokio::test]
async fn two_people_begin_a_conversation_from_nothing() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    app.user("bella").await;
    let Some(desk) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let phone = Browser::open(&app, "ben", Device::Phone)
        .await
        .expect("one browser opened");
    log_in(&desk, &ada).await;
    log_in(&phone, &ben).await;

    desk.key("Control+k").await;
    let field = desk.find("textbox", "Find people and rooms").await;
    field.send_keys("be").await.unwrap();
    desk.holds("document.querySelectorAll('#switcher [role=option]').length === 2")
        .await;
    desk.screenshot("switcher-light").await;
    field.send_keys("n").await.unwrap();
    desk.holds("document.querySelectorAll('#switcher [role=option]').length === 1")
        .await;
    let active = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent.includes('@ben')";
    assert_eq!(desk.eval(active).await, true);
    field.send_keys("\u{e007}").await.unwrap();
    desk.find("heading", "ben").await;
    online(&desk).await;
    desk.says("ben", "Hello from nowhere").await;

    lists(&phone, "ada", true).await;
    phone.follow("ada").await;
    shows(&phone, "Hello from nowhere").await;
    online(&phone).await;
    phone.fill("Message ada", "Nice to meet you").await;
    phone.press("Send").await;
    shows(&desk, "Nice to meet you").await;
    for browser in [&desk, &phone] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_third_comes_into_a_private_room_by_a_link_and_is_removed_again() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let room = ada.creates_private_room("Den").await;
    ada.posts("What happens here stays here")
        .in_room(&room)
        .await;
    let Some(desk) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let phone = Browser::open(&app, "eve", Device::Phone)
        .await
        .expect("one browser opened");
    log_in(&desk, &ada).await;
    desk.visit(&format!("/chat/room/{room}/about")).await;
    desk.press("Make a link").await;
    desk.find("textbox", "Invitation link 1").await;
    desk.screenshot("about-light").await;
    let link = desk
        .eval("document.querySelector('.invitation__link input').value")
        .await;
    let path = link
        .as_str()
        .unwrap()
        .trim_start_matches(&*app.origin)
        .to_owned();

    phone.visit(&path).await;
    phone.find("heading", "You are invited").await;
    phone.screenshot("invite-phone").await;
    phone.follow("Create account").await;
    phone.fill("Username", "eve").await;
    phone.fill("Password", PASSWORD).await;
    phone.press("Create account").await;
    phone.find("heading", "Den").await;
    online(&phone).await;
    phone.fill("Message Den", "I am in").await;
    phone.press("Send").await;
    shows(&phone, "I am in").await;

    desk.reload().await;
    desk.screenshot("about-members").await;
    let began = Instant::now();
    desk.press("Remove eve").await;
    phone.holds("!document.getElementById('composer')").await;
    let why =
        "document.getElementById('room-left').innerText.includes('not in this room any more')";
    phone.holds(why).await;
    let said = began.elapsed();
    lists(&phone, "Den", false).await;
    let gone = began.elapsed();
    println!(
        "after the click that removes: {said:.0?} until the page says why, {gone:.0?} until the room leaves the sidebar"
    );
    ada.posts("She is gone").in_room(&room).await;
    phone.screenshot("removed-phone").await;
    let texts = phone
        .eval("document.querySelector('[role=log]').innerText")
        .await;
    assert!(!texts.as_str().unwrap().contains("She is gone"));
    for browser in [&desk, &phone] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_few_people_are_gathered_and_one_comes_into_a_room_with_a_role() {
    let app = App::on_sqlite().await;
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let cleo = app.user("cleo").await;
    let room = ada.creates_private_room("Den").await;
    let Some(desk) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    log_in(&desk, &ada).await;
    desk.visit("/chat/people").await;
    online(&desk).await;
    for person in [&ben, &cleo] {
        desk.click_at(&format!("[name=user][value='{}']", person.id))
            .await;
    }
    desk.press("Start conversation").await;
    desk.find("heading", "ben, cleo").await;
    online(&desk).await;
    desk.says("ben, cleo", "Hello, both").await;
    shows(&desk, "Hello, both").await;

    desk.visit(&format!("/chat/room/{room}/about")).await;
    desk.fill("Find people", "ben").await;
    desk.press("Search").await;
    desk.press("Add ben").await;
    desk.selects("Role of ben", "Moderator").await;
    desk.press("Save the role of ben").await;
    desk.find("heading", "Den").await;
    desk.until("the role", async || {
        let members = ada.get(&format!("/rooms/{room}/members")).send().await;
        let members = members.ok(200);
        (members["members"][1]["role"] == "moderator").then_some(())
    })
    .await;
}
