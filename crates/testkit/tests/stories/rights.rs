//! Who may do what in a room: the same answer over HTTP and over a socket.

use reqwest::Method;
use serde_json::{Value, json};
use whatscrap_testkit::{App, Person, Socket, fresh_client_id};

stories! {
    a_private_room_does_not_exist_for_outsiders,
    a_public_room_can_be_looked_at_but_not_read_before_joining,
    without_a_login_nothing_is_there,
    whoever_leaves_is_an_outsider_again_at_once,
    whoever_is_removed_from_a_private_room_hears_no_more_of_it,
    members_may_talk_and_only_owners_may_rule,
}

/// Every way into a room that needs membership.
fn ways_in(room: &str, other: &str) -> Vec<(Method, String, Value)> {
    let at = |path: &str| format!("/rooms/{room}{path}");
    vec![
        (Method::GET, at("/messages"), json!(null)),
        (Method::GET, at("/changes?after=0"), json!(null)),
        (Method::GET, at("/members"), json!(null)),
        (
            Method::POST,
            at("/messages"),
            json!({"client_id": fresh_client_id(), "body": "let me in"}),
        ),
        (Method::PUT, at("/read"), json!({"seq": 1})),
        (
            Method::PUT,
            at("/notifications"),
            json!({"level": "nothing"}),
        ),
        (Method::PATCH, at(""), json!({"name": "Mine now"})),
        (Method::DELETE, at(""), json!(null)),
        (Method::PUT, at(&format!("/members/{other}")), json!({})),
        (
            Method::DELETE,
            at(&format!("/members/{other}")),
            json!(null),
        ),
    ]
}

async fn refused_everywhere(person: &Person, room: &str, other: &str, status: u16, code: &str) {
    for (method, path, body) in ways_in(room, other) {
        let request = person.api(method.clone(), &path);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await;
        let got = (answer.status.as_u16(), answer.json()["code"].clone());
        assert_eq!(
            got,
            (status, code.into()),
            "{method} {path}: {}",
            answer.text
        );
        assert!(
            !answer.text.contains("secret"),
            "{method} {path} leaks: {}",
            answer.text
        );
    }
}

async fn refused_on_socket(socket: &mut Socket, room: &str, code: &str) {
    let send =
        json!({"type": "send", "room": room, "client_id": fresh_client_id(), "body": "let me in"});
    socket.refused(send, code).await;
    // There is nothing to catch up with in a room one is not in, whatever its kind.
    let sync = json!({"type": "sync", "room": room, "version": 0});
    socket.refused(sync, "not_found").await;
    socket.say(&json!({"type": "read", "room": room, "seq": 1}));
    socket.say(&json!({"type": "typing", "room": room}));
}

async fn a_private_room_does_not_exist_for_outsiders(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_private_room("Den").await;
    ada.posts("secret").in_room(&room).await;
    let mut theirs = ada.socket().await;
    let mut socket = ben.socket().await;
    refused_everywhere(&ben, &room, &ada.id, 404, "not_found").await;
    refused_on_socket(&mut socket, &room, "not_found").await;
    ben.get(&format!("/rooms/{room}"))
        .send()
        .await
        .refused(404, "not_found");
    ben.put(&format!("/rooms/{room}/members/me"))
        .send()
        .await
        .refused(404, "not_found");
    let unknown = fresh_client_id();
    refused_everywhere(&ben, &unknown, &ada.id, 404, "not_found").await;
    refused_on_socket(&mut socket, &unknown, "not_found").await;
    assert!(
        ben.get("/rooms?scope=public").send().await.ok(200)["rooms"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        !socket
            .so_far()
            .await
            .iter()
            .any(|frame| frame["type"] == "message")
    );
    assert!(theirs.so_far().await.is_empty(), "a member notices nothing");
    assert_eq!(ada.reads(&room).await.len(), 1);
}

async fn a_public_room_can_be_looked_at_but_not_read_before_joining(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ada.posts("secret").in_room(&room).await;
    let seen = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(
        (&seen["room"]["name"], &seen["room"]["role"]),
        (&"Hall".into(), &Value::Null)
    );
    refused_everywhere(&ben, &room, &ada.id, 403, "not_a_member").await;
    refused_on_socket(&mut ben.socket().await, &room, "not_a_member").await;
    assert_eq!(ada.reads(&room).await.len(), 1);
}

async fn without_a_login_nothing_is_there(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    refused_everywhere(&app.stranger(), &room, &ada.id, 401, "unauthenticated").await;
}

async fn whoever_leaves_is_an_outsider_again_at_once(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let mut socket = ben.socket().await;
    ben.leaves(&room).await;
    assert_eq!(socket.wait_for("left").await["room"], room.as_str());
    ada.posts("secret").in_room(&room).await;
    refused_everywhere(&ben, &room, &ada.id, 403, "not_a_member").await;
    refused_on_socket(&mut socket, &room, "not_a_member").await;
    let heard = socket.so_far().await;
    assert!(
        heard.iter().all(|frame| frame["type"] != "message"),
        "{heard:?}"
    );
}

async fn whoever_is_removed_from_a_private_room_hears_no_more_of_it(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_private_room("Den").await;
    let place = format!("/rooms/{room}/members/{}", ben.id);
    let mut socket = ben.socket().await;
    assert!(
        ada.put(&place)
            .json(&json!({}))
            .send()
            .await
            .status
            .is_success()
    );
    let frame = socket.wait_for("room").await;
    assert_eq!(
        (&frame["room"]["id"], &frame["room"]["role"]),
        (&room.as_str().into(), &"member".into())
    );
    ada.posts("welcome").in_room(&room).await;
    socket.hears("welcome").await;

    assert!(ada.delete(&place).send().await.status.is_success());
    socket.wait_for("left").await;
    ada.posts("secret").in_room(&room).await;
    refused_everywhere(&ben, &room, &ada.id, 404, "not_found").await;
    refused_on_socket(&mut socket, &room, "not_found").await;
    let heard = socket.so_far().await;
    assert!(
        heard.iter().all(|frame| frame["type"] != "message"),
        "{heard:?}"
    );
}

async fn members_may_talk_and_only_owners_may_rule(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let cleo = app.user("cleo").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    cleo.joins(&room).await;
    let place = |path: &str| format!("/rooms/{room}{path}");
    let of_cleo = place(&format!("/members/{}", cleo.id));
    let forbidden = [
        (Method::PATCH, place(""), json!({"name": "Mine"})),
        (Method::DELETE, place(""), json!(null)),
        (Method::PUT, of_cleo.clone(), json!({"role": "owner"})),
        (
            Method::PUT,
            place(&format!("/members/{}", ben.id)),
            json!({"role": "owner"}),
        ),
        (Method::DELETE, of_cleo.clone(), json!(null)),
    ];
    for (method, path, body) in forbidden {
        let request = ben.api(method, &path);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        request.send().await.refused(403, "forbidden");
    }
    ben.posts("hello").in_room(&room).await;
    let moderator = json!({"role": "moderator"});
    let of_ben = place(&format!("/members/{}", ben.id));
    assert!(
        ada.put(&of_ben)
            .json(&moderator)
            .send()
            .await
            .status
            .is_success()
    );
    ben.patch(&place(""))
        .json(&json!({"topic": "All things"}))
        .send()
        .await
        .ok(200);
    ben.delete(&place(""))
        .send()
        .await
        .refused(403, "forbidden");
    assert!(ben.delete(&of_cleo).send().await.status.is_success());
}
