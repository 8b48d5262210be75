//! What was said may change, and everybody sees it change.

use serde_json::{Value, json};
use whatscrap_testkit::{App, Person, Socket, fresh_client_id};

stories! {
    every_change_is_seen_live_and_after_an_absence,
    what_cannot_be_done_says_why,
    what_was_said_before_is_for_its_author_and_who_keeps_order,
    a_reply_says_what_it_answers,
    who_reacts_again_changes_nothing,
}

fn at(room: &str, message: &Value) -> String {
    format!("/rooms/{room}/messages/{}", message["id"].as_str().unwrap())
}

async fn two(app: &App) -> (Person, Person, String) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    (ada, ben, room)
}

async fn changes(socket: &mut Socket, kind: &str, room: &str, message: &Value, more: Value) {
    let mut frame = more;
    frame["type"] = kind.into();
    frame["room"] = room.into();
    frame["message"] = message["id"].clone();
    let answer = socket.ask(frame).await;
    assert_eq!(answer["type"], "ok", "{answer}");
}

async fn every_change_is_seen_live_and_after_an_absence(app: &App) {
    let (ada, ben, room) = two(app).await;
    let eve = app.user("eve").await;
    eve.joins(&room).await;
    let first = ada.posts("one").in_room(&room).await;
    let second = ada.posts("two").in_room(&room).await;
    let away = eve.socket().await;
    let epoch = away.welcome["epoch"].clone();
    away.leave().await;
    let mut here = ben.socket().await;
    let mut socket = ada.socket().await;
    changes(&mut socket, "edit", &room, &first, json!({"body": "*one*"})).await;
    let react = json!({"emoji": "👍", "on": true});
    changes(&mut socket, "react", &room, &first, react).await;
    changes(&mut socket, "delete", &room, &second, json!({})).await;
    let reply = ben.posts("indeed").answering(first["id"].as_str().unwrap());
    reply.in_room(&room).await;
    let rows = ben.reads(&room).await;
    let mut live = Vec::new();
    for version in 3..=6 {
        let frame = here.wait_for("message").await;
        assert_eq!(frame["version"], version);
        live.push(frame["message"].clone());
    }
    assert_eq!(
        (&live[0]["body"], &live[0]["seq"]),
        (&"*one*".into(), &1.into())
    );
    assert!(
        live[0]["html"].as_str().unwrap().contains("<em>"),
        "{}",
        live[0]
    );
    assert!(!live[0]["edited_at"].is_null());
    assert_eq!(
        live[1..],
        [rows[0].clone(), rows[1].clone(), rows[2].clone()]
    );
    let thumb = json!([{"emoji": "👍", "count": 1, "users": [ada.id]}]);
    assert_eq!(live[1]["reactions"], thumb);
    assert_eq!(
        (&live[2]["body"], &live[2]["html"]),
        (&"".into(), &"".into())
    );
    assert!(!live[2]["deleted_at"].is_null());
    assert_eq!(live[3]["reply_to"]["author"], "ada");
    // Who was away gets each message once, as it is now.
    let mut back = eve.resumes(&epoch, &[(&room, 2)]).await;
    for row in &rows {
        assert_eq!(back.wait_for("message").await["message"], *row);
    }
    assert_eq!(back.wait_for("synced").await["version"], 6);
    let page = eve
        .get(&format!("/rooms/{room}/changes?after=2"))
        .send()
        .await;
    assert_eq!(page.ok(200)["messages"], json!(rows));
}

async fn what_cannot_be_done_says_why(app: &App) {
    let (ada, ben, room) = two(app).await;
    let message = ada.posts("hello").in_room(&room).await;
    let path = at(&room, &message);
    let edit =
        |person: &Person, body: &str| person.patch(&path).json(&json!({"body": body})).send();
    edit(&ben, "mine").await.refused(403, "forbidden");
    assert_eq!(
        edit(&ada, " ").await.refused(422, "invalid")["field"],
        "body"
    );
    let forged = json!({"body": "x", "author": ben.id});
    ada.patch(&path)
        .json(&forged)
        .send()
        .await
        .refused(422, "invalid");
    ben.delete(&path).send().await.refused(403, "forbidden");
    let nowhere = format!("/rooms/{room}/messages/{}", fresh_client_id());
    ada.delete(&nowhere).send().await.refused(404, "not_found");
    for emoji in ["x", "👍👍", "%3Cb%3E"] {
        let refused = ben.put(&format!("{path}/reactions/{emoji}")).send().await;
        assert_eq!(refused.refused(422, "invalid")["field"], "emoji");
    }
    ada.delete(&path).send().await.ok(200);
    ada.delete(&path).send().await.ok(200);
    edit(&ada, "back").await.refused(409, "deleted");
    ben.put(&format!("{path}/reactions/👍"))
        .send()
        .await
        .refused(409, "deleted");
    let mut socket = ben.socket().await;
    for (frame, code) in [
        (json!({"type": "edit", "body": "x"}), "forbidden"),
        (json!({"type": "delete"}), "forbidden"),
        (
            json!({"type": "react", "emoji": "x", "on": true}),
            "invalid",
        ),
        (
            json!({"type": "react", "emoji": "👍", "on": true}),
            "deleted",
        ),
    ] {
        let mut frame = frame;
        (frame["room"], frame["message"]) = (room.as_str().into(), message["id"].clone());
        socket.refused(frame, code).await;
    }
}

async fn what_was_said_before_is_for_its_author_and_who_keeps_order(app: &App) {
    let (ada, ben, room) = two(app).await;
    let eve = app.user("eve").await;
    eve.joins(&room).await;
    let message = ben.posts("one").in_room(&room).await;
    let path = at(&room, &message);
    for body in ["two", "two", "three"] {
        ben.patch(&path)
            .json(&json!({"body": body}))
            .send()
            .await
            .ok(200);
    }
    for person in [&ben, &ada] {
        let answer = person.get(&format!("{path}/edits")).send().await.ok(200);
        let edits = answer["edits"].as_array().unwrap();
        let bodies: Vec<_> = edits.iter().map(|edit| &edit["body"]).collect();
        assert_eq!(bodies, ["one", "two"]);
        assert_eq!(edits[0]["edited_at"], message["created_at"]);
    }
    eve.get(&format!("{path}/edits"))
        .send()
        .await
        .refused(403, "forbidden");
    ben.delete(&path).send().await.ok(200);
    let answer = ada.get(&format!("{path}/edits")).send().await.ok(200);
    assert_eq!(answer["edits"], json!([]));
}

async fn a_reply_says_what_it_answers(app: &App) {
    let (ada, ben, room) = two(app).await;
    let parent = ada.posts("what?").in_room(&room).await;
    let id = parent["id"].as_str().unwrap();
    let reply = ben.posts("that").answering(id).in_room(&room).await;
    let quote = json!({"id": id, "seq": 1, "author": "ada", "excerpt": "what?"});
    assert_eq!(reply["reply_to"], quote);
    let retry = ben
        .posts("that")
        .named(reply["client_id"].as_str().unwrap());
    retry.clone().answering(id).tried_in(&room).await.ok(200);
    retry.tried_in(&room).await.refused(409, "client_id_reused");
    ada.delete(&at(&room, &parent)).send().await.ok(200);
    let rows = ben.reads(&room).await;
    assert_eq!(rows[1]["reply_to"]["excerpt"], "");
    for parent in [id, &fresh_client_id()] {
        let refused = ben.posts("late").answering(parent).tried_in(&room).await;
        assert_eq!(refused.refused(422, "invalid")["field"], "reply_to");
    }
}

async fn who_reacts_again_changes_nothing(app: &App) {
    let (ada, ben, room) = two(app).await;
    let message = ada.posts("hello").in_room(&room).await;
    let mut socket = ben.socket().await;
    for (emoji, on) in [("❤", true), ("❤️", true), ("❤️", false), ("❤", false)] {
        let path = format!("{}/reactions/{emoji}", at(&room, &message));
        let request = if on {
            ada.put(&path)
        } else {
            ada.delete(&path)
        };
        let answer = request.send().await.ok(200);
        let count = usize::from(on);
        assert_eq!(
            answer["message"]["reactions"].as_array().unwrap().len(),
            count
        );
    }
    ada.posts("bye").in_room(&room).await;
    for version in 2..=4 {
        assert_eq!(socket.wait_for("message").await["version"], version);
    }
}
