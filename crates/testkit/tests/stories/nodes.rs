//! A server of three nodes is one server, whatever joins them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use whatscrap_testkit::{App, Device, Joined, Person};

/// Tests each of these stories on nodes joined in either way.
macro_rules! cluster_stories {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use whatscrap_testkit::{App, Joined};

            #[tokio::test]
            async fn joined_by_redis() {
                if let Some(app) = App::on_nodes(Joined::Redis, &[]).await {
                    super::$story(&app).await;
                }
            }

            #[tokio::test]
            async fn joined_by_postgresql() {
                if let Some(app) = App::on_nodes(Joined::Postgres, &[]).await {
                    super::$story(&app).await;
                }
            }
        }
    )+};
}

cluster_stories![
    what_is_posted_on_any_node_is_heard_on_every_one_in_one_order,
    a_change_is_heard_on_every_node,
    who_is_put_out_hears_nothing_more_on_any_node,
    a_session_ends_on_every_node,
    a_direct_room_and_a_new_room_appear_on_other_nodes,
    who_is_there_is_seen_from_every_node,
    somebody_on_two_nodes_is_one_person,
    who_types_and_who_reads_is_told_on_every_node,
];

/// Three people, each on a node of their own, in one room.
async fn three(app: &App) -> ([Person; 3], String) {
    let people = [
        app.user("ada").await,
        app.user("ben").await,
        app.user("cleo").await,
    ];
    let room = people[0].creates_room("Hall").await;
    for person in &people[1..] {
        person.joins(&room).await;
    }
    let origins = people.each_ref().map(|person| &person.site.origin);
    assert!(origins[0] != origins[1] && origins[1] != origins[2] && origins[0] != origins[2]);
    (people, room)
}

async fn what_is_posted_on_any_node_is_heard_on_every_one_in_one_order(app: &App) {
    let (people, room) = three(app).await;
    let mut devices = Vec::new();
    for person in &people {
        devices.push(Device::of(person).await);
    }
    for number in 0..40 {
        for device in &devices {
            device.say(&room, &format!("message {number}"));
        }
    }
    let mut orders: Vec<Vec<Value>> = Vec::new();
    for device in &devices {
        device
            .until("every message", |client| client.version(&room) == 120)
            .await;
        let ids = |message: &&Value| message["id"].clone();
        orders.push(device.look(|client| client.messages(&room).iter().map(ids).collect()));
    }
    assert_eq!(orders[0].len(), 120);
    assert!(orders[0] == orders[1] && orders[1] == orders[2]);
}

async fn a_change_is_heard_on_every_node(app: &App) {
    let ([ada, ben, cleo], room) = three(app).await;
    let (mut hers, mut theirs) = (ben.socket().await, cleo.socket().await);
    let message = ada.posts("hello").in_room(&room).await;
    let id = message["id"].as_str().unwrap();
    hers.hears("hello").await;
    theirs.hears("hello").await;
    let path = format!("/rooms/{room}/messages/{id}");
    let edited = ada
        .patch(&path)
        .json(&json!({"body": "hello again"}))
        .send();
    edited.await.ok(200);
    assert_eq!(hers.hears("hello again").await["version"], 2);
    assert_eq!(theirs.hears("hello again").await["version"], 2);
}

async fn who_is_put_out_hears_nothing_more_on_any_node(app: &App) {
    let ([ada, ben, cleo], room) = three(app).await;
    let (mut his, mut hers) = (ben.socket().await, cleo.socket().await);
    let began = Instant::now();
    let path = format!("/rooms/{room}/members/{}", ben.id);
    ada.delete(&path).send().await.ok(204);
    assert_eq!(his.wait_for("left").await["room"], room.as_str());
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    ada.posts("among us").in_room(&room).await;
    hers.hears("among us").await;
    assert!(
        his.so_far()
            .await
            .iter()
            .all(|frame| frame["type"] != "message")
    );
    let refused = ben.get(&format!("/rooms/{room}/messages")).send().await;
    assert_eq!(refused.status, 403);
}

async fn a_session_ends_on_every_node(app: &App) {
    let (ada, elsewhere) = (app.user("ada").await, app.login("ada").await);
    assert!(ada.site.origin != elsewhere.site.origin);
    let mut socket = elsewhere.socket().await;
    // Their node has read that login just now.
    elsewhere.get("/me").send().await.ok(200);
    let sessions = ada.get("/me/sessions").send().await.ok(200);
    let other = sessions["sessions"].as_array().unwrap().iter();
    let other = other
        .clone()
        .find(|session| session["current"] == false)
        .unwrap();
    let id = other["id"].as_str().unwrap();
    let began = Instant::now();
    ada.delete(&format!("/me/sessions/{id}"))
        .send()
        .await
        .ok(204);
    assert_eq!(socket.closed().await, 4500);
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(elsewhere.get("/me").send().await.status, 401);
}

async fn a_direct_room_and_a_new_room_appear_on_other_nodes(app: &App) {
    let ([ada, ben, _], _) = three(app).await;
    let mut his = ben.socket().await;
    let body = json!({"users": [ben.id]});
    let direct = ada.post("/rooms/direct").json(&body).send().await.ok(201);
    let id = direct["room"]["id"].as_str().unwrap();
    assert_eq!(his.wait_for("room").await["room"]["id"], id);
    ada.posts("psst").in_room(id).await;
    assert_eq!(his.hears("psst").await["version"], 1);
}

async fn who_is_there_is_seen_from_every_node(app: &App) {
    let ([ada, ben, cleo], room) = three(app).await;
    let mut hers = ada.socket().await;
    let his = ben.socket().await;
    hers.sees(&ben, "active").await;
    let theirs = cleo.socket().await;
    assert_eq!(theirs.welcome["presence"][&ben.id], "active");
    his.say(&json!({"type": "presence", "state": "away"}));
    hers.sees(&ben, "away").await;
    let members = ada
        .get(&format!("/rooms/{room}/members"))
        .send()
        .await
        .ok(200);
    let members = members["members"].as_array().unwrap().clone();
    let there = |name: &str| {
        let one = members.iter().find(|one| one["user"]["username"] == name);
        one.unwrap()["presence"].clone()
    };
    assert_eq!(there("ben"), "away");
    his.leave().await;
    let gone = hers.sees(&ben, "offline");
    timeout(Duration::from_secs(10), gone)
        .await
        .expect("a clean close is seen");
}

async fn somebody_on_two_nodes_is_one_person(app: &App) {
    let ([ada, ben, _], _) = three(app).await;
    let mut elsewhere = app.login("ben").await;
    while elsewhere.site.origin == ben.site.origin {
        elsewhere = app.login("ben").await;
    }
    let mut hers = ada.socket().await;
    let (his, other) = (ben.socket().await, elsewhere.socket().await);
    hers.sees(&ben, "active").await;
    his.say(&json!({"type": "presence", "state": "away"}));
    his.leave().await;
    other.say(&json!({"type": "presence", "state": "away"}));
    hers.sees(&ben, "away").await;
    other.say(&json!({"type": "presence", "state": "active"}));
    hers.sees(&ben, "active").await;
}

async fn who_types_and_who_reads_is_told_on_every_node(app: &App) {
    let ([ada, ben, _], room) = three(app).await;
    let (hers, mut his) = (ada.socket().await, ben.socket().await);
    ada.posts("hello").in_room(&room).await;
    his.hears("hello").await;
    hers.say(&json!({"type": "typing", "room": room}));
    assert_eq!(his.wait_for("typing").await["user"], ada.id.as_str());
    ben.posts("hello to you").in_room(&room).await;
    hers.say(&json!({"type": "read", "room": room, "seq": 2}));
    let read = |frame: &Value| frame["type"] == "read" && frame["user"] == ada.id.as_str();
    assert_eq!(his.wait("what she read", read).await["seq"], 2);
}

#[tokio::test]
async fn limits_hold_across_nodes() {
    for joined in [Joined::Redis, Joined::Postgres] {
        let Some(app) = App::on_nodes(joined, &["--rate-limits=on"]).await else {
            return;
        };
        let ada = app.user("ada").await;
        // Ten wrong tries are free, wherever they are made.
        let mut statuses = Vec::new();
        for number in 0..30 {
            let somebody = app.at_node(number).stranger();
            let body = json!({"username": "ada", "password": "wrong, wrong, wrong"});
            let refused = somebody.post("/auth/login").json(&body).send().await;
            statuses.push(refused.status);
        }
        let compared = statuses.iter().filter(|status| **status == 401).count();
        assert!((10..=13).contains(&compared), "{joined:?}: {statuses:?}");
        assert!(
            statuses[20..].iter().all(|status| *status == 429),
            "{statuses:?}"
        );
        ada.get("/me").send().await.ok(200);
    }
}
