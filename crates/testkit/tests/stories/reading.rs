//! How far people have read: who hears of it, and what is left.

use serde_json::{Value, json};
use whatscrap_testkit::{App, Person};

stories! {
    whoever_shares_a_small_room_sees_how_far_one_has_read,
    who_shows_no_receipts_neither_sends_nor_sees_them,
    everything_is_marked_read_at_once,
    what_names_one_is_listed_from_rooms_one_is_in,
    members_are_found_by_the_beginning_of_their_names,
    looking_reads_nothing,
    forms_mark_what_they_say,
}

async fn room_of_three(app: &App) -> (Person, Person, Person, String) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let room = ada.creates_room("plans").await;
    for person in [&ben, &eve] {
        person.joins(&room).await;
    }
    (ada, ben, eve, room)
}

async fn reads_up_to(person: &Person, room: &str, seq: u64) {
    let path = format!("/rooms/{room}/read");
    let mark = json!({"seq": seq});
    person.put(&path).json(&mark).send().await.ok(200);
}

/// Up to where the members have read, as `person` sees it, by username.
async fn marks(person: &Person, room: &str) -> Vec<(String, Option<u64>)> {
    let list = person.get(&format!("/rooms/{room}/members")).send().await;
    let members = list.ok(200)["members"].take();
    let mark = |member: &Value| {
        let name = member["user"]["username"].as_str().unwrap().to_owned();
        (name, member["read_seq"].as_u64())
    };
    members.as_array().unwrap().iter().map(mark).collect()
}

fn named(marks: &[(&str, Option<u64>)]) -> Vec<(String, Option<u64>)> {
    let owned = |(name, seq): &(&str, Option<u64>)| ((*name).to_owned(), *seq);
    marks.iter().map(owned).collect()
}

async fn whoever_shares_a_small_room_sees_how_far_one_has_read(app: &App) {
    let (ada, ben, _, room) = room_of_three(app).await;
    ada.posts("one").in_room(&room).await;
    ada.posts("two").in_room(&room).await;
    let (mut author, mut device) = (ada.socket().await, ben.socket().await);
    reads_up_to(&ben, &room, 1).await;
    for socket in [&mut author, &mut device] {
        let heard = socket.wait_for("read").await;
        let read = json!({"type": "read", "room": room, "user": ben.id, "seq": 1});
        assert_eq!(heard, read);
    }
    let expected = named(&[("ada", None), ("ben", Some(1)), ("eve", Some(0))]);
    assert_eq!(marks(&ada, &room).await, expected);
}

async fn who_shows_no_receipts_neither_sends_nor_sees_them(app: &App) {
    let (ada, ben, eve, room) = room_of_three(app).await;
    let hidden = json!({"preferences": {"receipts": false}});
    ben.patch("/me").json(&hidden).send().await.ok(200);
    ada.posts("one").in_room(&room).await;
    let (mut author, mut hider) = (ada.socket().await, ben.socket().await);
    reads_up_to(&ben, &room, 1).await;
    reads_up_to(&eve, &room, 1).await;
    // Ben's came first, if it came.
    assert_eq!(author.wait_for("read").await["user"], eve.id);
    assert_eq!(hider.wait_for("read").await["user"], ben.id);
    ada.posts("done").in_room(&room).await;
    hider.hears("done").await;
    let heard = hider.so_far().await;
    assert!(
        heard.iter().all(|frame| frame["type"] != "read"),
        "{heard:?}"
    );
    let expected = named(&[("ada", None), ("ben", None), ("eve", Some(1))]);
    assert_eq!(marks(&ada, &room).await, expected);
    let nobody = named(&[("ada", None), ("ben", None), ("eve", None)]);
    assert_eq!(marks(&ben, &room).await, nobody);
}

async fn everything_is_marked_read_at_once(app: &App) {
    let (ada, ben, _, room) = room_of_three(app).await;
    let other = ada.creates_room("other").await;
    ben.joins(&other).await;
    for room in [&room, &other] {
        ada.posts("@ben hello").in_room(room).await;
    }
    let mut device = ben.socket().await;
    let rooms = ben.put("/me/read").send().await.ok(200);
    for mine in rooms["rooms"].as_array().unwrap() {
        let counts = [&mine["unread"], &mine["mentions"], &mine["read_seq"]];
        assert_eq!(counts, [&json!(0), &json!(0), &json!(1)], "{mine}");
        assert_eq!(device.wait_for("read").await["seq"], 1);
    }
    app.stranger()
        .put("/me/read")
        .send()
        .await
        .refused(401, "unauthenticated");
}

async fn what_names_one_is_listed_from_rooms_one_is_in(app: &App) {
    let (ada, ben, _, room) = room_of_three(app).await;
    let other = ada.creates_room("other").await;
    ben.joins(&other).await;
    let first = ada.posts("@ben first").in_room(&room).await;
    let second = ada.posts("@room second").in_room(&other).await;
    ada.posts("nobody").in_room(&room).await;
    let third = ada.posts("@ben third").in_room(&room).await;
    let mentions = async |path: &str| ben.get(path).send().await.ok(200);
    let page = mentions("/me/mentions?limit=2").await;
    assert_eq!(page, json!({"messages": [third, second], "more": true}));
    let before = second["id"].as_str().unwrap();
    let page = mentions(&format!("/me/mentions?before={before}")).await;
    assert_eq!(page, json!({"messages": [first], "more": false}));
    ben.leaves(&other).await;
    let page = mentions("/me/mentions").await;
    assert_eq!(page, json!({"messages": [third, first], "more": false}));
    for query in ["limit=0", "limit=201", "before=x"] {
        let refused = ben.get(&format!("/me/mentions?{query}")).send().await;
        refused.refused(422, "invalid");
    }
}

async fn members_are_found_by_the_beginning_of_their_names(app: &App) {
    let (ada, ben, _, room) = room_of_three(app).await;
    let zoe = app.user("zoe").await;
    let name = json!({"display_name": "Benedikt"});
    zoe.patch("/me").json(&name).send().await.ok(200);
    let found = async |q: &str| {
        let path = format!("/rooms/{room}/members?q={q}");
        let members = ada.get(&path).send().await.ok(200)["members"].take();
        let names = members.as_array().unwrap().iter();
        names
            .map(|member| member["user"]["username"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("BEN").await, ["ben"]);
    zoe.joins(&room).await;
    assert_eq!(found("ben").await, ["ben", "zoe"]);
    assert_eq!(found("").await, ["ada", "ben", "eve", "zoe"]);
    assert_eq!(found("%25").await, Vec::<String>::new());
    ben.leaves(&room).await;
    let path = format!("/rooms/{room}/members?q=a");
    ben.get(&path).send().await.refused(403, "not_a_member");
}

async fn looking_reads_nothing(app: &App) {
    let (ada, ben, _, room) = room_of_three(app).await;
    ada.posts("@ben hello").in_room(&room).await;
    for page in [
        format!("/chat/room/{room}?at=1"),
        "/chat/unread".to_owned(),
        "/chat/mentions".to_owned(),
    ] {
        let answer = ben.page(reqwest::Method::GET, &page).send().await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.text.contains("@ben"), "{page}");
    }
    for path in ["messages", "changes", "members"] {
        let path = format!("/rooms/{room}/{path}");
        ben.get(&path).send().await.ok(200);
    }
    let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(mine["room"]["read_seq"], 0);
    assert_eq!(mine["room"]["mentions"], 1);
}

async fn forms_mark_what_they_say(app: &App) {
    let (ada, ben, _, room) = room_of_three(app).await;
    let other = ada.creates_room("other").await;
    ben.joins(&other).await;
    for body in ["one", "two"] {
        ada.posts(body).in_room(&room).await;
        ada.posts(body).in_room(&other).await;
    }
    let unread = async |room: &str| {
        let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
        mine["room"]["unread"].as_u64().unwrap()
    };
    let submit = async |path: &str, fields: &[(&str, &str)]| {
        let form = ben.page(reqwest::Method::POST, path).form(fields);
        let answer = form.send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/chat/unread")
        );
    };
    submit(&format!("/chat/room/{room}/read"), &[("seq", "1")]).await;
    assert_eq!((unread(&room).await, unread(&other).await), (1, 2));
    submit("/chat/unread", &[]).await;
    assert_eq!((unread(&room).await, unread(&other).await), (0, 0));
}
