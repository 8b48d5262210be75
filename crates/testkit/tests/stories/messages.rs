//! Posting: counted densely, kept exactly once, refused with reasons.

use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use serde_json::json;
use whatscrap_testkit::{App, Person, fresh_client_id};

stories! {
    fifty_writers_at_once_leave_no_hole,
    a_message_has_exactly_the_documented_fields,
    a_retry_gives_the_first_result_and_another_text_is_refused,
    fifty_retries_at_once_are_one_message,
}

async fn members(app: &App, room: &str, count: usize) -> Vec<Person> {
    // A server hashes few passwords at once and sends the rest away.
    stream::iter(0..count)
        .map(|number| async move {
            let person = app.user(&format!("writer{number}")).await;
            person.joins(room).await;
            person
        })
        .buffered(4)
        .collect()
        .await
}

async fn fifty_writers_at_once_leave_no_hole(app: &App) {
    const EACH: usize = 10;
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let people = members(app, &room, 50).await;
    let mut watcher = ada.socket().await;
    let acks = join_all(people.iter().map(|person| async {
        let mut socket = person.socket().await;
        let mut acks = Vec::new();
        for number in 0..EACH {
            let client_id = fresh_client_id();
            let text = format!("{} {number}", person.username);
            let first = socket.send_as(&client_id, &room, &text).await;
            let again = person
                .posts(&text)
                .named(&client_id)
                .tried_in(&room)
                .await
                .ok(200);
            for field in ["id", "seq", "version", "created_at"] {
                assert_eq!(
                    again["message"][field], first[field],
                    "a retry gives the first result"
                );
            }
            acks.push(first);
        }
        acks
    }))
    .await
    .concat();

    let rows = ada.reads_all(&room).await;
    let total = u64::try_from(50 * EACH).unwrap();
    for (number, row) in (1..=total).zip(&rows) {
        assert_eq!(
            (&row["seq"], &row["version"]),
            (&number.into(), &number.into())
        );
    }
    assert_eq!(rows.len() as u64, total);
    for ack in &acks {
        let row = &rows[usize::try_from(ack["seq"].as_u64().unwrap()).unwrap() - 1];
        for field in ["id", "seq", "version", "client_id", "created_at"] {
            assert_eq!(row[field], ack[field], "an ack matches its row");
        }
        assert_eq!(ack["duplicate"], false);
    }
    for version in 1..=total {
        let frame = watcher.wait_for("message").await;
        assert_eq!(frame["version"], version, "live, versions come one by one");
        assert_eq!(
            frame["message"],
            rows[usize::try_from(version).unwrap() - 1]
        );
    }
}

async fn a_message_has_exactly_the_documented_fields(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let message = ada
        .posts("  a < b\nsee https://example.com  ")
        .in_room(&room)
        .await;
    let mut fields: Vec<&String> = message.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "attachments",
            "author",
            "body",
            "client_id",
            "created_at",
            "deleted_at",
            "edited_at",
            "html",
            "id",
            "mentions",
            "reactions",
            "reply_to",
            "room",
            "seq",
            "version"
        ]
    );
    let author = message["author"].as_object().unwrap();
    assert_eq!(author.len(), 5, "nothing private: {author:?}");
    assert_eq!(
        message["body"], "a < b\nsee https://example.com",
        "the trimmed text is kept"
    );
    let html = message["html"].as_str().unwrap();
    assert!(
        html.contains("a &lt; b<br>see <a href=\"https://example.com\""),
        "{html}"
    );
    let time = message["created_at"].as_str().unwrap();
    assert!(
        time.len() == 24 && time.ends_with('Z'),
        "milliseconds, UTC: {time}"
    );
    assert_eq!(ada.reads(&room).await, [message]);
}

async fn a_retry_gives_the_first_result_and_another_text_is_refused(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    let mut theirs = ben.socket().await;
    let mut socket = ada.socket().await;
    let first = ada.posts("hello").named("x").tried_in(&room).await.ok(201);
    assert_eq!(
        ada.posts(" hello ")
            .named("x")
            .tried_in(&room)
            .await
            .ok(200),
        first
    );
    let ack = socket.send_as("x", &room, "hello").await;
    assert_eq!(
        (&ack["duplicate"], &ack["id"]),
        (&true.into(), &first["message"]["id"])
    );
    ada.posts("other")
        .named("x")
        .tried_in(&room)
        .await
        .refused(409, "client_id_reused");
    let send = json!({"type": "send", "room": room, "client_id": "x", "body": "other"});
    socket.refused(send, "client_id_reused").await;
    ben.posts("mine").named("x").tried_in(&room).await.ok(201);
    let other = ada.creates_room("Other").await;
    ada.posts("elsewhere")
        .named("x")
        .tried_in(&other)
        .await
        .ok(201);
    let heard = theirs.so_far().await;
    let heard: Vec<_> = heard
        .iter()
        .filter(|frame| frame["type"] == "message")
        .collect();
    assert_eq!(heard.len(), 2, "each message is heard once: {heard:?}");
}

async fn fifty_retries_at_once_are_one_message(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let answers = join_all((0..50).map(|_| ada.posts("hello").named("x").tried_in(&room))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer.json() == answers[0].json())
    );
    assert_eq!(ada.reads(&room).await.len(), 1);
}
