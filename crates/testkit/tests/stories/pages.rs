//! The pages without a line of JavaScript.

use reqwest::Method;
use whatscrap_testkit::{App, PASSWORD};

stories! {
    a_person_sets_up_creates_a_room_posts_and_reads,
    opening_a_public_room_joins_it,
    a_refused_form_keeps_what_was_typed_but_not_the_password,
    the_way_back_leads_only_to_our_own_pages,
    errors_are_pages_and_a_get_changes_nothing,
    private_answers_are_not_kept_by_anyone,
    the_server_tells_its_health_and_nothing_else,
}

const ACCOUNT: &[(&str, &str)] = &[("username", "ada"), ("password", PASSWORD)];

async fn a_person_sets_up_creates_a_room_posts_and_reads(app: &App) {
    let ada = app.stranger();
    let setup = ada.page(Method::GET, "/setup").send().await;
    assert_eq!(setup.status, 200);
    assert!(setup.text.contains("Create account"));
    let done = ada.page(Method::POST, "/setup").form(ACCOUNT).send().await;
    assert_eq!(done.status, 303, "{}", done.text);
    let room = [("name", "Front hall"), ("kind", "public")];
    let created = ada
        .page(Method::POST, "/chat/create-room")
        .form(&room)
        .send()
        .await;
    assert_eq!(created.status, 303, "{}", created.text);
    let path = created.header("location").to_owned();
    assert!(path.starts_with("/chat/room/"), "{path}");
    for text in ["first <b>words</b>", "second words"] {
        let post = ada
            .page(Method::POST, &format!("{path}/messages"))
            .form(&[("body", text), ("client_id", text)]);
        assert_eq!(post.send().await.status, 303);
    }
    let page = ada.page(Method::GET, &path).send().await;
    assert_eq!(page.status, 200);
    let (first, second) = (
        page.text.find("first &lt;b&gt;words"),
        page.text.find("second words"),
    );
    assert!(first.is_some() && first < second, "{}", page.text);
    let rooms = ada.page(Method::GET, "/chat/rooms").send().await;
    assert!(rooms.text.contains("Front hall"));
    let home = ada.page(Method::GET, "/").send().await;
    assert_eq!(
        (home.status.as_u16(), home.header("location")),
        (303, path.as_str())
    );
}

async fn opening_a_public_room_joins_it(app: &App) {
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    let mut socket = ben.socket().await;
    let path = format!("/chat/room/{room}");
    assert_eq!(ben.page(Method::GET, &path).send().await.status, 200);
    assert_eq!(socket.wait_for("room").await["room"]["id"], room.as_str());
    let den = ada.creates_private_room("Den").await;
    let hidden = ben
        .page(Method::GET, &format!("/chat/room/{den}"))
        .send()
        .await;
    assert_eq!(hidden.status, 404);
    assert!(!hidden.text.contains("Den"));
}

async fn a_refused_form_keeps_what_was_typed_but_not_the_password(app: &App) {
    app.user("ada").await;
    let stranger = app.stranger();
    let form = [
        ("username", "ada"),
        ("password", "wrong password here"),
        ("next", "/chat/rooms"),
    ];
    let page = stranger
        .page(Method::POST, "/auth/login")
        .form(&form)
        .send()
        .await;
    assert_eq!(page.status, 401);
    assert!(
        page.text.contains("value=\"ada\"") && page.text.contains("chat&#x2f;rooms"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("wrong password here"));
    let form = [("username", "two words"), ("password", PASSWORD)];
    let page = stranger
        .page(Method::POST, "/auth/register")
        .form(&form)
        .send()
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("two words") && !page.text.contains(PASSWORD));
}

async fn the_way_back_leads_only_to_our_own_pages(app: &App) {
    app.user("ada").await;
    let locked = app.get("/chat/rooms").send().await;
    assert_eq!(
        (locked.status.as_u16(), locked.header("location")),
        (303, "/auth/login?next=/chat/rooms")
    );
    for (next, leads_to) in [
        ("/chat/rooms", "/chat/rooms"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let mut form = ACCOUNT.to_vec();
        form.push(("next", next));
        let answer = app
            .stranger()
            .page(Method::POST, "/auth/login")
            .form(&form)
            .send()
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, leads_to),
            "{next}"
        );
    }
}

async fn errors_are_pages_and_a_get_changes_nothing(app: &App) {
    let ada = app.user("ada").await;
    let missing = ada.page(Method::GET, "/chat/room/nowhere").send().await;
    assert_eq!(missing.status, 404);
    assert!(missing.header("content-type").starts_with("text/html"));
    assert!(missing.text.contains("<html"));
    let logout = ada.page(Method::GET, "/auth/logout").send().await;
    assert!(logout.status.is_client_error());
    ada.get("/me").send().await.ok(200);
    let out = ada.page(Method::POST, "/auth/logout").send().await;
    assert_eq!(out.status, 303);
    ada.get("/me").send().await.refused(401, "unauthenticated");
}

async fn private_answers_are_not_kept_by_anyone(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    for path in [
        format!("/chat/room/{room}"),
        "/api/v1/me".to_owned(),
        "/auth/login".to_owned(),
    ] {
        let answer = ada.page(Method::GET, &path).send().await;
        assert!(
            answer.header("cache-control").contains("no-store"),
            "{path}"
        );
    }
}

async fn the_server_tells_its_health_and_nothing_else(app: &App) {
    assert_eq!(app.get("/healthz").send().await.status, 200);
    assert_eq!(app.get("/readyz").send().await.status, 200);
    assert!(app.get("/version").send().await.ok(200)["version"].is_string());
    for path in [
        "/metrics",
        "/.git/config",
        "/.env",
        "/static/",
        "/static/../Cargo.toml",
        "/debug",
    ] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.status, 404, "{path}");
    }
}
