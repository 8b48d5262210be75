//! Who names whom, and what that counts for.

use serde_json::json;
use whatscrap_testkit::{App, Person};

stories! {
    a_named_member_is_a_mention_on_every_path,
    whoever_is_not_in_the_room_is_not_named,
    the_room_and_who_is_there_are_called,
}

/// How much somebody has not read of a room, and how much of it names them.
async fn counts(person: &Person, room: &str) -> (u64, u64) {
    let answer = person.get(&format!("/rooms/{room}")).send().await.ok(200);
    let count = |field: &str| answer["room"][field].as_u64().unwrap();
    (count("unread"), count("mentions"))
}

async fn a_named_member_is_a_mention_on_every_path(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("plans").await;
    ben.joins(&room).await;
    let mut socket = ben.socket().await;
    let posted = ada.posts("Hi @Ben & <b>").in_room(&room).await;
    assert_eq!(posted["mentions"], json!([ben.id]));
    let html = format!(
        "<p>Hi <span class=\"mention\" data-user=\"{}\">@Ben</span> &amp; &lt;b&gt;</p>",
        ben.id
    );
    assert_eq!(posted["html"], html);
    assert_eq!(socket.hears("Hi @Ben & <b>").await["message"], posted);
    assert_eq!(ben.reads(&room).await, std::slice::from_ref(&posted));
    let changes = ben.get(&format!("/rooms/{room}/changes")).send().await;
    assert_eq!(changes.ok(200)["messages"], json!([posted]));

    assert_eq!(counts(&ben, &room).await, (1, 1));
    ada.posts("and `@ben` is code").in_room(&room).await;
    assert_eq!(counts(&ben, &room).await, (2, 1));
    let read = json!({"seq": 1});
    let path = format!("/rooms/{room}/read");
    ben.put(&path).json(&read).send().await.ok(200);
    assert_eq!(counts(&ben, &room).await, (1, 0));
    let back = json!({"seq": 0, "unread": true});
    ben.put(&path).json(&back).send().await.ok(200);
    assert_eq!(counts(&ben, &room).await, (2, 1));
    assert_eq!(counts(&ada, &room).await, (0, 0));
}

async fn whoever_is_not_in_the_room_is_not_named(app: &App) {
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let room = ada.creates_room("plans").await;
    let posted = ada.posts("@eve @nobody @room.").in_room(&room).await;
    assert_eq!(posted["mentions"], json!([]));
    assert_eq!(
        posted["html"],
        "<p>@eve @nobody <span class=\"mention\" data-call=\"room\">@room</span>.</p>"
    );
    eve.joins(&room).await;
    assert_eq!(counts(&eve, &room).await, (0, 0));
}

async fn the_room_and_who_is_there_are_called(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let room = ada.creates_room("plans").await;
    for person in [&ben, &eve] {
        person.joins(&room).await;
    }
    let mut hers = ada.socket().await;
    let _here = ben.socket().await;
    hers.sees(&ben, "active").await;
    let posted = ada.posts("@here").in_room(&room).await;
    let html = "<p><span class=\"mention\" data-call=\"here\">@here</span></p>";
    assert_eq!(
        (&posted["html"], &posted["mentions"]),
        (&json!(html), &json!([]))
    );
    assert_eq!(counts(&ben, &room).await, (1, 1));
    assert_eq!(counts(&eve, &room).await, (1, 0));
    let posted = ada.posts("@room, and @ben above all").in_room(&room).await;
    assert_eq!(posted["mentions"], json!([ben.id]));
    assert_eq!(counts(&ben, &room).await, (2, 2));
    assert_eq!(counts(&eve, &room).await, (2, 1));
    assert_eq!(counts(&ada, &room).await, (0, 0));
}
