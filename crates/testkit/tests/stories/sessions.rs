//! Cookies and tokens: what they are, and that their end is the end.

use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;
use whatscrap_testkit::{App, PASSWORD, Person, Socket, Upgrade};

stories! {
    the_cookie_is_long_fresh_and_out_of_reach_of_scripts,
    logging_out_ends_the_cookie_and_its_sockets,
    a_device_can_be_put_out_from_another,
    a_new_password_ends_the_other_sessions,
    a_token_acts_for_its_owner_until_it_is_deleted,
}

/// How long a socket may outlive its session.
const AT_ONCE: Duration = Duration::from_secs(1);

async fn ends_at_once(socket: &mut Socket) {
    let code = timeout(AT_ONCE, socket.closed()).await;
    assert_eq!(code.expect("the socket ends within a second"), 4500);
}

async fn is_logged_in(person: &Person) -> bool {
    person.get("/me").send().await.status == 200
}

async fn the_cookie_is_long_fresh_and_out_of_reach_of_scripts(app: &App) {
    app.user("ada").await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let person = app.stranger();
        person.plant_cookie("session=planted");
        let body = json!({"username": "ada", "password": PASSWORD});
        let answer = person.post("/auth/login").json(&body).send().await;
        answer.ok(200);
        let cookie = answer.header("set-cookie").to_owned();
        for part in ["session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let (_, secret) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        assert!(secret.len() >= 43, "256 bits: {cookie}");
        assert!(!answer.text.contains(secret));
        seen.push(secret.to_owned());
    }
    assert_ne!(seen[0], seen[1]);
}

async fn logging_out_ends_the_cookie_and_its_sockets(app: &App) {
    let ada = app.user("ada").await;
    let phone = app.login("ada").await;
    let cookie = ada.cookie().unwrap();
    let (mut socket, mut other) = (ada.socket().await, phone.socket().await);
    assert_eq!(ada.post("/auth/logout").send().await.status, 204);
    ends_at_once(&mut socket).await;
    ada.plant_cookie(&cookie);
    assert!(!is_logged_in(&ada).await, "the secret itself is dead");
    assert!(is_logged_in(&phone).await);
    assert!(other.so_far().await.is_empty());
}

async fn a_device_can_be_put_out_from_another(app: &App) {
    let ada = app.user("ada").await;
    let phone = app.login("ada").await;
    let mut socket = phone.socket().await;
    let sessions = ada.get("/me/sessions").send().await.ok(200);
    let sessions = sessions["sessions"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|session| session["current"] == false)
        .unwrap();
    let path = format!("/me/sessions/{}", other["id"].as_str().unwrap());
    let ben = app.user("ben").await;
    ben.delete(&path).send().await.refused(404, "not_found");
    assert_eq!(ada.delete(&path).send().await.status, 204);
    ends_at_once(&mut socket).await;
    assert!(!is_logged_in(&phone).await && is_logged_in(&ada).await);
}

async fn a_new_password_ends_the_other_sessions(app: &App) {
    let ada = app.user("ada").await;
    let phone = app.login("ada").await;
    let mut socket = phone.socket().await;
    let wrong = json!({"current_password": "not this", "new_password": "another one entirely"});
    ada.put("/me/password")
        .json(&wrong)
        .send()
        .await
        .refused(422, "invalid");
    let right = json!({"current_password": PASSWORD, "new_password": "another one entirely"});
    assert_eq!(
        ada.put("/me/password").json(&right).send().await.status,
        204
    );
    ends_at_once(&mut socket).await;
    assert!(!is_logged_in(&phone).await && is_logged_in(&ada).await);
    let old = json!({"username": "ada", "password": PASSWORD});
    app.stranger()
        .post("/auth/login")
        .json(&old)
        .send()
        .await
        .refused(401, "invalid_credentials");
}

async fn a_token_acts_for_its_owner_until_it_is_deleted(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let made = ada
        .post("/me/tokens")
        .json(&json!({"name": "bot"}))
        .send()
        .await
        .ok(201);
    let (id, token) = (
        made["id"].as_str().unwrap(),
        made["token"].as_str().unwrap(),
    );
    let bearer = format!("Bearer {token}");
    let list = ada.get("/me/tokens").send().await;
    list.ok(200);
    assert!(!list.text.contains(token), "a token is shown once");

    let path = format!("/api/v1/rooms/{room}/messages");
    let body = json!({"client_id": "1", "body": "beep"});
    let post = app
        .request(reqwest::Method::POST, &path)
        .header("Authorization", &bearer);
    assert_eq!(
        post.json(&body).send().await.ok(201)["message"]["author"]["username"],
        "ada"
    );
    let mut socket = Upgrade::to(&app.origin)
        .header("Authorization", &bearer)
        .open()
        .await;
    socket.hello(json!({})).await;

    assert_eq!(
        ada.delete(&format!("/me/tokens/{id}")).send().await.status,
        204
    );
    ends_at_once(&mut socket).await;
    let me = app
        .request(reqwest::Method::GET, "/api/v1/me")
        .header("Authorization", &bearer);
    me.send().await.refused(401, "unauthenticated");
}
