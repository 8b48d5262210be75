//! How people show themselves, and what they prefer.

use reqwest::Method;
use serde_json::{Value, json};
use whatscrap_testkit::{App, Person};

stories! {
    preferences_are_mine_and_change_field_by_field,
    wrong_preferences_change_nothing,
    a_picture_is_shown_to_others_and_goes_with_the_next,
    a_picture_comes_in_a_form_too,
    what_is_no_picture_is_refused_by_name,
    a_file_beyond_the_limit_is_refused_before_it_is_read,
    a_picture_is_for_those_who_are_in,
}

async fn prefers(person: &Person) -> Value {
    person.get("/me").send().await.ok(200)["user"]["preferences"].clone()
}

async fn preferences_are_mine_and_change_field_by_field(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let mut expected = json!({
        "receipts": true, "level": "all", "quiet": null, "push_text": "full", "sound": false,
        "theme": "system", "density": "comfortable", "single_keys": true,
    });
    assert_eq!(prefers(&ada).await, expected);
    let quiet = json!({"from": "22:00", "to": "07:00", "time_zone": "Europe/Vienna"});
    for (field, value) in [
        ("theme", json!("dark")),
        ("quiet", quiet),
        ("level", json!("mentions")),
        ("quiet", Value::Null),
    ] {
        expected[field] = value.clone();
        let change = json!({"preferences": {field: value, "favourite_colour": "green"}});
        let changed = ada.patch("/me").json(&change).send().await.ok(200);
        assert_eq!(changed["user"]["preferences"], expected);
        assert_eq!(prefers(&ada).await, expected);
    }
    assert_eq!(prefers(&ben).await["theme"], "system");
    let seen = ben.get(&format!("/users/{}", ada.id)).send().await.ok(200);
    assert_eq!(seen["user"].get("preferences"), None);
}

async fn wrong_preferences_change_nothing(app: &App) {
    let ada = app.user("ada").await;
    let before = prefers(&ada).await;
    for (preferences, field) in [
        (
            json!({"sound": true, "theme": "sepia"}),
            "preferences.theme",
        ),
        (json!({"sound": "loud"}), "preferences.sound"),
        (
            json!({"quiet": {"from": "25:00", "to": "07:00", "time_zone": "UTC"}}),
            "preferences.quiet.from",
        ),
        (
            json!({"quiet": {"from": "22:00", "to": "07:00", "time_zone": "Gotham"}}),
            "preferences.quiet.time_zone",
        ),
    ] {
        let change = json!({"preferences": preferences, "display_name": "Someone else"});
        let problem = ada.patch("/me").json(&change).send().await;
        let problem = problem.refused(422, "invalid");
        assert_eq!(problem["field"], field, "{problem}");
    }
    assert_eq!(prefers(&ada).await, before);
    let me = ada.get("/me").send().await.ok(200);
    assert_eq!(me["user"]["display_name"], "ada");
}

/// The smallest PNG there is: one red pixel.
pub(super) const RED: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\
    \0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// The smallest GIF there is: one white pixel.
pub(super) const WHITE: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\x01\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

async fn shows(person: &Person, kind: &str, file: &'static [u8]) -> String {
    let put = person.put("/me/avatar").body(kind, file);
    let user = put.send().await.ok(200)["user"].clone();
    user["avatar_url"].as_str().unwrap().to_owned()
}

async fn a_picture_is_shown_to_others_and_goes_with_the_next(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    ada.posts("hello").in_room(&room).await;
    let mut socket = ada.socket().await;
    let first = shows(&ada, "image/png", RED).await;
    let told = socket.wait_for("user").await;
    assert_eq!(told["user"]["avatar_url"], first);

    let page = ben.get(&format!("/rooms/{room}/messages"));
    let page = page.send().await.ok(200);
    assert_eq!(page["messages"][0]["author"]["avatar_url"], first);
    let small = ben.page(Method::GET, &first).send().await;
    assert_eq!(small.status, 200);
    assert_eq!(small.header("content-type"), "image/jpeg");
    assert_eq!(small.header("x-content-type-options"), "nosniff");
    let kept = small.header("cache-control");
    assert_eq!(kept, "private, max-age=31536000, immutable");
    for (side, status) in [
        ("256", 200),
        ("512", 200),
        ("64", 404),
        ("9999999999", 404),
        ("x", 404),
    ] {
        let other = first.replace("/128", &format!("/{side}"));
        let answer = ben.page(Method::GET, &other).send().await;
        assert_eq!(answer.status, status, "{side}");
    }
    assert_eq!(shows(&ada, "image/png", RED).await, first);
    assert_eq!(ben.page(Method::GET, &first).send().await.status, 200);

    let second = shows(&ada, "image/gif", WHITE).await;
    assert_ne!(second, first);
    assert_eq!(ben.page(Method::GET, &first).send().await.status, 404);
    assert_eq!(ben.page(Method::GET, &second).send().await.status, 200);

    let bare = ada.delete("/me/avatar").send().await.ok(200);
    assert_eq!(bare["user"]["avatar_url"], Value::Null);
    assert_eq!(ben.page(Method::GET, &second).send().await.status, 404);
}

async fn a_picture_comes_in_a_form_too(app: &App) {
    let ada = app.user("ada").await;
    let form = |field: &str| {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"../../a.svg\"\r\n\
             Content-Type: image/svg+xml\r\n\r\n"
        );
        [head.as_bytes(), RED, b"\r\n--b--\r\n"].concat()
    };
    let kind = "multipart/form-data; boundary=b";
    let put = ada.put("/me/avatar").body(kind, form("file"));
    let user = put.send().await.ok(200)["user"].clone();
    let url = user["avatar_url"].as_str().unwrap();
    assert_eq!(ada.page(Method::GET, url).send().await.status, 200);
    let other = ada.put("/me/avatar").body(kind, form("picture"));
    let problem = other.send().await.refused(422, "invalid");
    assert_eq!(problem["field"], "file");
    let broken = ada.put("/me/avatar").body(kind, "--b\r\n");
    broken.send().await.refused(400, "malformed");
}

async fn what_is_no_picture_is_refused_by_name(app: &App) {
    let ada = app.user("ada").await;
    let before = shows(&ada, "image/png", RED).await;
    for file in [
        &b""[..],
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        &RED[..40],
    ] {
        let put = ada.put("/me/avatar").body("image/png", file);
        let problem = put.send().await.refused(422, "invalid");
        assert_eq!(problem["field"], "file");
        let title = problem["title"].as_str().unwrap();
        assert!(title.contains("PNG, JPEG, WebP or GIF"), "{title}");
    }
    let me = ada.get("/me").send().await.ok(200);
    assert_eq!(me["user"]["avatar_url"], before);
}

async fn a_file_beyond_the_limit_is_refused_before_it_is_read(app: &App) {
    let ada = app.user("ada").await;
    let file = vec![0; 26 << 20];
    let put = ada.put("/me/avatar").body("image/png", file);
    let problem = put.send().await.refused(413, "too_large");
    assert!(problem["title"].as_str().unwrap().contains("25 MB"));
}

async fn a_picture_is_for_those_who_are_in(app: &App) {
    let ada = app.user("ada").await;
    let url = shows(&ada, "image/png", RED).await;
    let stranger = app.stranger();
    let answer = stranger.page(Method::GET, &url).send().await;
    assert_eq!(answer.status, 401);
    let put = stranger.put("/me/avatar").body("image/png", RED);
    put.send().await.refused(401, "unauthenticated");
}
