//! Rooms of exactly these people.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use whatscrap_testkit::http::Answer;
use whatscrap_testkit::{App, Person, fresh_client_id};

stories! {
    the_same_people_always_meet_in_the_same_room,
    fifty_who_start_it_at_once_are_in_one_room,
    everyone_sees_it_at_once_and_called_by_the_others,
    nobody_comes_and_nobody_goes,
    strangers_and_crowds_are_refused,
    who_has_no_javascript_starts_one_by_a_button,
}

async fn direct(me: &Person, users: &[&Person]) -> Answer {
    let users: Vec<_> = users.iter().map(|user| &user.id).collect();
    me.post("/rooms/direct")
        .json(&json!({"users": users}))
        .send()
        .await
}

async fn the_same_people_always_meet_in_the_same_room(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let room = direct(&ada, &[&ben]).await.ok(201)["room"]["id"].clone();
    for (me, users) in [
        (&ada, &[&ben][..]),
        (&ben, &[&ada]),
        (&ben, &[&ada, &ben, &ada]),
    ] {
        assert_eq!(direct(me, users).await.ok(200)["room"]["id"], room);
    }
    let three = direct(&ada, &[&ben, &eve]).await.ok(201)["room"]["id"].clone();
    let notes = direct(&ada, &[]).await.ok(201)["room"].clone();
    assert_eq!(notes["name"], "Notes to self");
    assert_eq!(
        direct(&ada, &[&ada]).await.ok(200)["room"]["id"],
        notes["id"]
    );
    assert_ne!((&room, &room), (&three, &notes["id"]));
}

async fn fifty_who_start_it_at_once_are_in_one_room(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let starts = (0..50).map(|n| {
        let (me, other) = if n % 2 == 0 {
            (&ada, &ben)
        } else {
            (&ben, &ada)
        };
        async move {
            let answer = direct(me, &[other]).await;
            let id = answer.json()["room"]["id"].as_str().unwrap().to_owned();
            (answer.status.as_u16(), id)
        }
    });
    let (statuses, rooms): (Vec<_>, BTreeSet<_>) = join_all(starts).await.into_iter().unzip();
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert!(statuses.iter().all(|status| [200, 201].contains(status)));
    assert_eq!(
        ben.get("/rooms").send().await.ok(200)["rooms"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

async fn everyone_sees_it_at_once_and_called_by_the_others(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let (mut of_ben, mut of_eve) = (ben.socket().await, eve.socket().await);
    let name = json!({"display_name": "Ada Lovelace"});
    ada.patch("/me").json(&name).send().await.ok(200);
    let room = direct(&ada, &[&eve, &ben]).await.ok(201)["room"].clone();
    assert_eq!(
        (&room["name"], &room["kind"]),
        (&"ben, eve".into(), &"direct".into())
    );
    assert_eq!(
        (&room["role"], &room["notifications"]),
        (&"member".into(), &"all".into())
    );
    let id = room["id"].as_str().unwrap();
    for (socket, name) in [
        (&mut of_ben, "Ada Lovelace, eve"),
        (&mut of_eve, "Ada Lovelace, ben"),
    ] {
        let seen = socket.wait_for("room").await["room"].clone();
        assert_eq!((&seen["id"], &seen["name"]), (&id.into(), &name.into()));
        assert_eq!(seen["people"].as_array().unwrap().len(), 2);
    }
    ada.posts("tea?").in_room(id).await;
    of_ben.hears("tea?").await;
    of_eve.hears("tea?").await;
    let page = ben
        .page(Method::GET, &format!("/chat/room/{id}"))
        .send()
        .await;
    assert!(
        page.text
            .contains("aria-label=\"Messages in Ada Lovelace, eve\""),
        "{}",
        page.text
    );
}

async fn nobody_comes_and_nobody_goes(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let room = direct(&ada, &[&ben]).await.ok(201)["room"]["id"].clone();
    let path = format!("/rooms/{}", room.as_str().unwrap());
    let place = |user: &Person| format!("{path}/members/{}", user.id);
    for (method, path, body) in [
        (Method::PUT, place(&eve), json!({})),
        (Method::PUT, place(&ben), json!({"role": "owner"})),
        (Method::DELETE, place(&ben), json!({})),
        (Method::DELETE, format!("{path}/members/me"), json!({})),
        (Method::PATCH, path.clone(), json!({"name": "Ours"})),
        (Method::PATCH, path.clone(), json!({"topic": "Us"})),
        (Method::DELETE, path.clone(), json!({})),
    ] {
        let request = ada.api(method, &path).json(&body);
        request.send().await.refused(403, "forbidden");
    }
    eve.get(&path).send().await.refused(404, "not_found");
    let join = eve.put(&format!("{path}/members/me")).send().await;
    join.refused(404, "not_found");
    let members = ben.get(&format!("{path}/members")).send().await.ok(200);
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
}

async fn strangers_and_crowds_are_refused(app: &App) {
    let ada = app.user("ada").await;
    let crowd: Vec<_> = (0..11).map(|_| fresh_client_id()).collect();
    for users in [
        json!([fresh_client_id()]),
        json!(crowd),
        json!(["ben"]),
        json!("ben"),
        Value::Null,
        json!([null]),
    ] {
        let asked = ada.post("/rooms/direct").json(&json!({"users": users}));
        let refused = asked.send().await.refused(422, "invalid");
        assert!(
            refused["field"].as_str().unwrap().starts_with("users"),
            "{refused}"
        );
    }
    ada.post("/rooms/direct")
        .json(&json!({}))
        .send()
        .await
        .refused(422, "invalid");
    let rooms = ada.get("/rooms").send().await.ok(200);
    assert_eq!(rooms["rooms"], json!([]));
}

async fn who_has_no_javascript_starts_one_by_a_button(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let people = ada.page(Method::GET, "/chat/people?q=be").send().await;
    assert!(
        people.text.contains(&ben.id) && !people.text.contains(&eve.id),
        "{}",
        people.text
    );
    let form = [("user", ben.id.as_str()), ("user", eve.id.as_str())];
    let page = ada.page(Method::POST, "/chat/direct").form(&form);
    let page = page.send().await;
    assert_eq!(page.status, 303, "{}", page.text);
    let room = page
        .header("location")
        .trim_start_matches("/chat/room/")
        .to_owned();
    let again = direct(&eve, &[&ada, &ben]).await.ok(200);
    assert_eq!(again["room"]["id"], room.as_str());
    let nobody = [("user", fresh_client_id())];
    let nobody = [("user", nobody[0].1.as_str())];
    let refused = ada.page(Method::POST, "/chat/direct").form(&nobody);
    assert_eq!(refused.send().await.status, 422);
}
