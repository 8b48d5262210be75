//! Finding what was said, over HTTP and in a browser.

use serde_json::json;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD};

stories! {
    what_was_just_said_is_found_at_once,
    a_search_narrows_by_room_person_and_time,
    bad_queries_are_refused_by_name,
    people_find_what_was_said_and_go_there,
}

async fn what_was_just_said_is_found_at_once(app: &App) {
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let room = ada.creates_private_room("plans").await;
    let said = ada.posts("Meet me at the Café, 上海").in_room(&room).await;
    let found = ada
        .get("/search?q=cafe+%E4%B8%8A%E6%B5%B7")
        .send()
        .await
        .ok(200);
    assert_eq!(found["more"], false);
    let hit = &found["hits"][0];
    assert_eq!(hit["message"], said);
    assert_eq!(hit["room"]["name"], "plans");
    assert_eq!(hit["snippet"], "Meet me at the [[Café]], [[上海]]");
    let nothing = eve.get("/search?q=cafe").send().await.ok(200);
    assert_eq!(nothing["hits"], json!([]));
    let unread = ada.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(unread["room"]["unread"], 0);
}

async fn a_search_narrows_by_room_person_and_time(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let (plans, music) = (
        ada.creates_room("plans").await,
        ada.creates_room("music").await,
    );
    ben.joins(&plans).await;
    let first = ada.posts("hello one").in_room(&plans).await;
    ben.posts("hello two").in_room(&plans).await;
    ada.posts("hello three").in_room(&music).await;
    let count = async |query: &str| {
        let found = ada.get(&format!("/search?{query}")).send().await.ok(200);
        found["hits"].as_array().unwrap().len()
    };
    assert_eq!(count("q=hello").await, 3);
    assert_eq!(count(&format!("q=hello&room={plans}")).await, 2);
    assert_eq!(count(&format!("q=hello&from={}", ben.id)).await, 1);
    assert_eq!(count(&format!("room={music}")).await, 1);
    assert_eq!(count(&format!("q=*&room={music}")).await, 0);
    let moment = first["created_at"].as_str().unwrap();
    assert_eq!(count(&format!("q=hello&before={moment}")).await, 0);
    assert_eq!(count(&format!("q=hello&after={moment}")).await, 3);
    let page = ada.get("/search?q=hello&limit=2").send().await.ok(200);
    assert_eq!(page["more"], true);
    let next = page["next"].as_str().unwrap();
    let rest = ada.get(&format!("/search?q=hello&limit=2&past={next}"));
    let rest = rest.send().await.ok(200);
    assert_eq!(rest["hits"][0]["message"], first);
    assert_eq!(
        (&rest["more"], rest["hits"].as_array().unwrap().len()),
        (&json!(false), 1)
    );
}

async fn bad_queries_are_refused_by_name(app: &App) {
    let ada = app.user("ada").await;
    let long = "x".repeat(401);
    for (query, field) in [
        ("q=", "q"),
        ("q=%20", "q"),
        (&format!("q={long}"), "q"),
        ("q=a&limit=0", "limit"),
    ] {
        let answer = ada.get(&format!("/search?{query}")).send().await;
        let problem = answer.refused(422, "invalid");
        assert_eq!(problem["field"], field, "{query}");
    }
    for query in [
        "q=%22+*+NEAR(+AND",
        "q=%00",
        "q=';--",
        "q=%E2%80%AEabc",
        "q=c%2B%2B",
    ] {
        let found = ada.get(&format!("/search?{query}")).send().await.ok(200);
        assert_eq!(found["hits"], json!([]), "{query}");
    }
    let stranger = app.stranger().get("/search?q=a").send().await;
    stranger.refused(401, "unauthenticated");
}

async fn people_find_what_was_said_and_go_there(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("plans").await;
    ben.joins(&room).await;
    ada.posts("The **needle** is <b>here</b>:\n```\nhay --all\n```")
        .in_room(&room)
        .await;
    for number in 0..60 {
        ada.posts(&format!("hay {number}")).in_room(&room).await;
    }
    let Some(browser) = Browser::open(app, "search", Device::Phone).await else {
        return;
    };
    browser.visit("/auth/login").await;
    browser.fill("Username", &ben.username).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    browser.holds("location.pathname.startsWith('/chat')").await;
    browser.visit("/chat/search").await;
    browser.screenshot("search-empty").await;
    browser.fill("Search messages", "needle").await;
    browser.press("Search").await;
    browser.holds("location.search === '?q=needle'").await;
    browser
        .holds("document.querySelector('.hit mark').textContent === 'needle'")
        .await;
    browser
        .holds("document.querySelector('.hit__text').textContent.replace(/\\s+/g, ' ') === 'The needle is <b>here</b>: hay --all'")
        .await;
    browser.screenshot("search-found").await;
    let unread = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(unread["room"]["unread"], 61);
    browser.click_at(".hit__link").await;
    browser.holds("location.search === '?at=1'").await;
    browser
        .holds("document.querySelector('[data-target]').dataset.seq === '1'")
        .await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}
