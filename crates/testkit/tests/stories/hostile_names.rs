//! What people call themselves, their rooms and their files is shown as it is, whatever it says.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use whatscrap_testkit::App;
use whatscrap_testkit::browser::{Browser, Device};

use super::files::{sends, uploads};
use super::formatting::{HOSTILE, register};

/// What no page has, whoever is called what.
const STRANGE: &str = "document.querySelectorAll('script:not([src]):not([type=importmap]), iframe, object, base, embed, [onerror], [onload]').length";

/// What may be a name, as it is typed.
fn names(most: usize) -> impl Iterator<Item = &'static str> {
    HOSTILE
        .lines()
        .filter(move |line| line.chars().count() <= most)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn is_clean(browser: &Browser) {
    assert_eq!(browser.eval(STRANGE).await, 0);
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn rooms_are_listed_under_the_names_they_have() {
    const LISTED: &str = r#"[...document.querySelectorAll(".lobby__room")].map((room) =>
        [room.getAttribute("href"), room.querySelector("strong").textContent,
         room.querySelector(".lobby__topic")?.textContent ?? ""])"#;
    let app = App::on_sqlite().await;
    let mallory = app.user("mallory").await;
    let mut made = BTreeMap::new();
    for name in names(80) {
        let new = json!({"name": name, "kind": "public", "topic": name});
        let answer = mallory.post("/rooms").json(&new).send().await;
        if answer.status == 201 {
            let room = &answer.json()["room"];
            assert_eq!(room["name"], name.trim());
            let id = text(&room["id"]);
            made.insert(
                format!("/chat/room/{id}"),
                (name.trim(), text(&room["topic"])),
            );
        }
    }
    assert!(made.len() > 300, "{} rooms were made", made.len());
    let Some(ada) = Browser::open(&app, "ada", Device::Phone).await else {
        return;
    };
    let room = mallory.creates_room("front").await;
    register(&ada, &room).await;
    ada.visit("/chat/rooms").await;
    let mut listed = BTreeMap::new();
    loop {
        for row in ada.eval(LISTED).await.as_array().unwrap() {
            listed.insert(text(&row[0]), (text(&row[1]), text(&row[2])));
        }
        is_clean(&ada).await;
        let more = "document.querySelector('.lobby__open a[href^=\"?after\"]')?.href ?? null";
        let more = ada.eval(more).await;
        let Some(more) = more.as_str() else { break };
        ada.driver.goto(more).await.unwrap();
    }
    for (path, (name, topic)) in &made {
        assert_eq!(listed.get(path), Some(&((*name).to_owned(), topic.clone())));
    }
    assert_eq!(listed.len(), made.len(), "and nothing else");
}

/// A person of this name, who sends a file of that name.
async fn visits(app: &App, number: usize, name: &str, room: &str) -> Option<(String, String)> {
    let person = app.user(&format!("visitor{number}")).await;
    let named = person.patch("/me").json(&json!({"display_name": name}));
    let named = named.send().await;
    if named.status != 200 {
        return None;
    }
    person.joins(room).await;
    let file = uploads(&person, &name.replace(['"', '\n'], "'"), b"\0").await;
    sends(&person, room, "", &[&file]).await.ok(201);
    let name = text(&named.json()["user"]["display_name"]);
    Some((name, text(&file["name"])))
}

#[tokio::test]
async fn people_and_their_files_are_called_what_they_are_called() {
    const SHOWN: &str = r#"Object.fromEntries(
        [...document.querySelectorAll("[role=log] article")].map((row) => [row.dataset.seq,
        [row.querySelector(".message__author").textContent,
         row.querySelector(".attachment__name").textContent]]))"#;
    let app = App::on_sqlite().await;
    let host = app.user("host").await;
    let room = host.creates_room("front").await;
    let mut said = Vec::new();
    for (number, name) in names(80).step_by(7).enumerate() {
        said.extend(visits(&app, number, name, &room).await);
    }
    assert!(said.len() > 50, "{} names were taken", said.len());
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    register(&ada, &room).await;
    let said: Vec<_> = (1..).zip(said).collect();
    for page in said.chunks(40) {
        let middle = page[page.len() / 2].0;
        ada.visit(&format!("/chat/room/{room}?at={middle}")).await;
        let shown = ada.eval(SHOWN).await;
        for (seq, (author, file)) in page {
            assert_eq!(shown[seq.to_string()], json!([author, file]));
        }
        is_clean(&ada).await;
    }
}

#[tokio::test]
async fn a_name_and_a_status_that_change_are_shown_as_they_are() {
    let app = App::on_sqlite().await;
    let mallory = app.user("mallory").await;
    let room = mallory.creates_room("front").await;
    let Some(ada) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    register(&ada, &room).await;
    mallory.posts("hello").in_room(&room).await;
    let found = mallory.get("/users?q=ada").send().await.ok(200);
    let with = json!({"users": [found["users"][0]["id"]]});
    let direct = mallory.post("/rooms/direct").json(&with).send().await;
    let direct = text(&direct.json()["room"]["id"]);
    mallory.posts("hello").in_room(&direct).await;
    ada.visit(&format!("/chat/room/{direct}")).await;
    let online = "document.documentElement.dataset.connection === 'online'";
    ada.holds(online).await;
    let mut taken = 0;
    for name in names(80).step_by(9) {
        let change = json!({"display_name": name, "status": name});
        let changed = mallory.patch("/me").json(&change).send().await;
        if changed.status != 200 {
            continue;
        }
        taken += 1;
        let user = &changed.json()["user"];
        for (place, said) in [
            ("[role=log] article .message__author", &user["display_name"]),
            ("#room-name", &user["display_name"]),
            (".room__status", &user["status"]),
        ] {
            let shown = format!("document.querySelector('{place}').textContent === {said}");
            ada.holds(&shown).await;
        }
    }
    assert!(taken > 40, "{taken} names were taken");
    is_clean(&ada).await;
}
