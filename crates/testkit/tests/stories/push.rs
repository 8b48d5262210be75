//! Devices that are told of messages while no page is open.

use std::net::Ipv4Addr;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use whatscrap_testkit::{App, Person};

stories! {
    the_key_is_the_same_for_everyone,
    a_browser_is_told_until_its_session_ends,
    a_device_is_ones_own,
    hostile_endpoints_are_refused_and_nobody_is_called,
    keys_that_are_none_are_refused_by_name,
    nobody_has_more_than_sixteen,
    without_a_login_there_is_no_push,
}

/// A subscription as a browser sends it, with a key that nobody has.
fn subscription(endpoint: &str) -> Value {
    json!({
        "endpoint": endpoint,
        "expirationTime": null,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
}

/// What the browsers' own services hand out is kept also where no name can be looked up.
fn known(number: u32) -> String {
    format!("https://fcm.googleapis.com/fcm/send/{number}")
}

async fn subscribe(person: &Person, endpoint: &str) -> String {
    let subscribing = person.post("/push/subscriptions");
    let answer = subscribing.json(&subscription(endpoint)).send().await;
    let id = answer.ok(201)["subscription"]["id"].clone();
    id.as_str().unwrap().to_owned()
}

async fn devices(person: &Person) -> Vec<Value> {
    let answer = person.get("/push/subscriptions").send().await.ok(200);
    answer["subscriptions"].as_array().unwrap().clone()
}

async fn the_key_is_the_same_for_everyone(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let key = async |person: &Person| {
        let answer = person.get("/push/key").send().await.ok(200);
        answer["key"].as_str().unwrap().to_owned()
    };
    let hers = key(&ada).await;
    assert_eq!(hers, key(&ben).await);
    // 65 bytes, the first of them 4.
    assert_eq!((hers.len(), &hers[..1]), (87, "B"));
}

async fn a_browser_is_told_until_its_session_ends(app: &App) {
    let ada = app.user("ada").await;
    let phone = app.login("ada").await;
    subscribe(&ada, &known(1)).await;
    subscribe(&phone, &known(2)).await;
    let seen = devices(&ada).await;
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (&seen[0]["current"], &seen[1]["current"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(seen[0]["service"], "fcm.googleapis.com");
    assert_eq!(phone.post("/auth/logout").send().await.status, 204);
    assert_eq!(devices(&ada).await.len(), 1);
    let gone = json!({"endpoint": known(1)});
    for _ in 0..2 {
        let deleting = ada.delete("/push/subscriptions").json(&gone);
        assert_eq!(deleting.send().await.status, 204);
    }
    assert_eq!(devices(&ada).await.len(), 0);
}

async fn a_device_is_ones_own(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let hers = subscribe(&ada, &known(1)).await;
    let place = format!("/push/subscriptions/{hers}");
    ben.delete(&place).send().await.refused(404, "not_found");
    let test = format!("{place}/test");
    ben.post(&test).send().await.refused(404, "not_found");
    let gone = json!({"endpoint": known(1)});
    let deleting = ben.delete("/push/subscriptions").json(&gone);
    assert_eq!(deleting.send().await.status, 204);
    assert_eq!(devices(&ada).await.len(), 1);
    // Whoever logs in next in the same browser is told there instead.
    subscribe(&ben, &known(1)).await;
    assert_eq!(devices(&ada).await.len(), 0);
    let his = devices(&ben).await[0]["id"].as_str().unwrap().to_owned();
    let place = format!("/push/subscriptions/{his}");
    assert_eq!(ben.delete(&place).send().await.status, 204);
    ben.delete(&place).send().await.refused(404, "not_found");
}

async fn hostile_endpoints_are_refused_and_nobody_is_called(app: &App) {
    let ada = app.user("ada").await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "localhost",
        "localhost.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:0:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "169.254.169.254",
        "100.64.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "printer.local",
        "metadata.google.internal",
        "ada:secret@fcm.googleapis.com",
    ] {
        for endpoint in [
            format!("https://{host}/x"),
            format!("https://{host}:{port}/x"),
            format!("http://{host}:{port}/x"),
        ] {
            let subscribing = ada.post("/push/subscriptions");
            let answer = subscribing.json(&subscription(&endpoint)).send().await;
            let problem = answer.refused(422, "invalid");
            assert_eq!(problem["field"], "endpoint", "{endpoint}");
        }
    }
    let plain = "http://fcm.googleapis.com/fcm/send/1";
    let other_port = "https://fcm.googleapis.com:8443/fcm/send/1";
    for endpoint in [plain, other_port, "", "fcm", "javascript:alert(1)"] {
        let subscribing = ada.post("/push/subscriptions");
        let answer = subscribing.json(&subscription(endpoint)).send().await;
        assert_eq!(answer.refused(422, "invalid")["field"], "endpoint");
    }
    assert!(devices(&ada).await.is_empty());
    // The first to call is ourselves.
    let own = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .await
        .unwrap();
    let (_, peer) = listener.accept().await.unwrap();
    assert_eq!(peer, own.local_addr().unwrap());
}

async fn keys_that_are_none_are_refused_by_name(app: &App) {
    let ada = app.user("ada").await;
    let good = subscription(&known(1));
    for (field, value) in [
        ("p256dh", json!("")),
        ("p256dh", json!("%%%")),
        ("p256dh", json!("AAAA")),
        ("auth", json!("AAAA")),
        ("auth", json!("")),
    ] {
        let mut wrong = good.clone();
        wrong["keys"][field] = value;
        let answer = ada.post("/push/subscriptions").json(&wrong).send().await;
        let problem = answer.refused(422, "invalid");
        assert_eq!(problem["field"], format!("keys.{field}"));
    }
    let bare = json!({"endpoint": known(1)});
    let answer = ada.post("/push/subscriptions").json(&bare).send().await;
    assert_eq!(answer.refused(422, "invalid")["field"], "keys");
}

async fn nobody_has_more_than_sixteen(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    for number in 0..16 {
        subscribe(&ada, &known(number)).await;
    }
    let more = ada
        .post("/push/subscriptions")
        .json(&subscription(&known(16)));
    more.send().await.refused(409, "quota_exceeded");
    subscribe(&ada, &known(3)).await;
    assert_eq!(devices(&ada).await.len(), 16);
    subscribe(&ben, &known(16)).await;
}

async fn without_a_login_there_is_no_push(app: &App) {
    let stranger = app.stranger();
    for (method, path) in [
        (Method::GET, "/push/key"),
        (Method::GET, "/push/subscriptions"),
        (Method::GET, "/push/log"),
        (Method::POST, "/push/subscriptions"),
        (Method::DELETE, "/push/subscriptions"),
    ] {
        let request = stranger.api(method, path).json(&subscription(&known(1)));
        request.send().await.refused(401, "unauthenticated");
    }
}
