//! Ways in.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use whatscrap_testkit::{App, PASSWORD, Person};

stories! {
    an_invitation_leads_into_a_private_room_and_shows_before_what_it_is,
    fifty_who_accept_a_one_use_invitation_at_once_admit_one,
    what_ends_or_is_revoked_leads_nowhere,
    who_may_invite_and_who_may_revoke,
    terms_are_bounded,
    who_registers_by_an_invitation_is_in_the_room,
    without_javascript_everything_about_a_room_is_a_form,
    the_people_of_a_room_are_shown_page_by_page_and_found_by_name,
    links_to_the_server_are_made_and_revoked_on_a_page_of_their_own,
}

async fn invites(maker: &Person, path: &str, terms: Value) -> Value {
    let made = maker.post(path).json(&terms).send().await.ok(201);
    made["invite"].clone()
}

fn code(invite: &Value) -> &str {
    invite["code"].as_str().unwrap()
}

async fn an_invitation_leads_into_a_private_room_and_shows_before_what_it_is(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_private_room("Den").await;
    let invite = invites(&ada, &format!("/rooms/{room}/invites"), json!({})).await;
    let path = format!("/invite/{}", code(&invite));
    assert_eq!(invite["url"], format!("{}{path}", app.origin));
    assert_eq!(
        (&invite["uses"], &invite["max_uses"]),
        (&0.into(), &Value::Null)
    );
    for person in [&app.stranger(), &ben] {
        let shown = person
            .get(&format!("/invites/{}", code(&invite)))
            .send()
            .await
            .ok(200);
        assert_eq!(shown["invite"]["room"]["name"], "Den");
        assert_eq!(shown["invite"]["maker"]["username"], "ada");
        let page = person.page(Method::GET, &path).send().await;
        assert!(
            page.status == 200 && page.text.contains("Den"),
            "{}",
            page.text
        );
    }
    let qr = app
        .stranger()
        .page(Method::GET, &format!("{path}/qr.svg"))
        .send()
        .await;
    assert_eq!(qr.header("content-type"), "image/svg+xml");
    assert!(qr.text.contains("<svg"), "{}", qr.text);
    ben.get(&format!("/rooms/{room}"))
        .send()
        .await
        .refused(404, "not_found");

    let mut socket = ben.socket().await;
    let accept = format!("/invites/{}/accept", code(&invite));
    app.stranger()
        .post(&accept)
        .send()
        .await
        .refused(401, "unauthenticated");
    let came = ben.post(&accept).send().await.ok(200);
    assert_eq!(
        (&came["room"]["id"], &came["room"]["role"]),
        (&room.as_str().into(), &"member".into())
    );
    assert_eq!(socket.wait_for("room").await["room"]["id"], room.as_str());
    ben.post(&accept).send().await.ok(200);
    let list = ada
        .get(&format!("/rooms/{room}/invites"))
        .send()
        .await
        .ok(200);
    assert_eq!(list["invites"][0]["uses"], 1, "who is in uses nothing up");
    let page = ben.page(Method::GET, &path).send().await;
    assert_eq!(page.header("location"), format!("/chat/room/{room}"));
}

async fn fifty_who_accept_a_one_use_invitation_at_once_admit_one(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_private_room("Den").await;
    let invite = invites(
        &ada,
        &format!("/rooms/{room}/invites"),
        json!({"max_uses": 1}),
    )
    .await;
    let mut guests = Vec::new();
    for number in 0..50 {
        guests.push(app.user(&format!("guest{number}")).await);
    }
    let accept = format!("/invites/{}/accept", code(&invite));
    let answers = guests.iter().map(|guest| guest.post(&accept).send());
    let mut statuses: Vec<_> = join_all(answers)
        .await
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(
        statuses[1..].iter().all(|status| *status == 404),
        "{statuses:?}"
    );
    let members = ada
        .get(&format!("/rooms/{room}/members"))
        .send()
        .await
        .ok(200);
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
}

async fn what_ends_or_is_revoked_leads_nowhere(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let room = ada.creates_private_room("Den").await;
    let invite = invites(&ada, &format!("/rooms/{room}/invites"), json!({})).await;
    let path = format!("/invites/{}", code(&invite));
    assert_eq!(ada.delete(&path).send().await.status, 204);
    for gone in [
        path.as_str(),
        "/invites/AAAAAAAAAAAAAAAAAAAAAA",
        "/invites/x",
        "/invites/%00",
    ] {
        ada.delete(gone).send().await.refused(404, "not_found");
        ben.get(gone).send().await.refused(404, "not_found");
        ben.post(&format!("{gone}/accept"))
            .send()
            .await
            .refused(404, "not_found");
    }
    let page = ben
        .page(Method::GET, &format!("/invite/{}", code(&invite)))
        .send()
        .await;
    assert!(
        page.status == 404 && page.text.contains("not valid any more"),
        "{}",
        page.text
    );
}

async fn who_may_invite_and_who_may_revoke(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let hall = ada.creates_room("Hall").await;
    let den = ada.creates_private_room("Den").await;
    ben.joins(&hall).await;
    let place = format!("/rooms/{den}/members/{}", ben.id);
    assert!(
        ada.put(&place)
            .json(&json!({}))
            .send()
            .await
            .status
            .is_success()
    );
    let of = |room: &str| format!("/rooms/{room}/invites");
    let bens = invites(&ben, &of(&hall), json!({})).await;
    ben.post(&of(&den)).send().await.refused(403, "forbidden");
    ben.get(&of(&den)).send().await.refused(403, "forbidden");
    eve.post(&of(&hall))
        .send()
        .await
        .refused(403, "not_a_member");
    eve.post(&of(&den)).send().await.refused(404, "not_found");
    let adas = invites(&ada, &of(&hall), json!({})).await;
    let listed = async |who: &Person, path: &str| {
        let list = who.get(path).send().await.ok(200);
        list["invites"].as_array().unwrap().len()
    };
    assert_eq!(
        (
            listed(&ben, &of(&hall)).await,
            listed(&ada, &of(&hall)).await
        ),
        (1, 2)
    );
    ben.delete(&format!("/invites/{}", code(&adas)))
        .send()
        .await
        .refused(403, "forbidden");
    assert_eq!(
        ada.delete(&format!("/invites/{}", code(&bens)))
            .send()
            .await
            .status,
        204
    );

    let eves = invites(&eve, "/invites", json!({})).await;
    assert_eq!(eves["room"], Value::Null);
    assert_eq!(
        (
            listed(&ben, "/invites").await,
            listed(&ada, "/invites").await
        ),
        (0, 1)
    );
    ben.delete(&format!("/invites/{}", code(&eves)))
        .send()
        .await
        .refused(403, "forbidden");
    assert_eq!(
        ada.delete(&format!("/invites/{}", code(&eves)))
            .send()
            .await
            .status,
        204
    );
    assert!(
        ada.delete(&format!("/rooms/{hall}"))
            .send()
            .await
            .status
            .is_success()
    );
    ada.post(&of(&hall)).send().await.refused(409, "archived");
}

async fn terms_are_bounded(app: &App) {
    let ada = app.user("ada").await;
    for (terms, field) in [
        (json!({"max_uses": 0}), "max_uses"),
        (json!({"max_uses": 10_001}), "max_uses"),
        (json!({"max_uses": -1}), "max_uses"),
        (json!({"max_uses": "one"}), "max_uses"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"expires_at": "9999-01-01T00:00:00Z"}), "expires_at"),
        (json!({"expires_at": "soon"}), "expires_at"),
    ] {
        let refused = ada.post("/invites").json(&terms).send().await;
        assert_eq!(refused.refused(422, "invalid")["field"], field, "{terms}");
    }
}

async fn who_registers_by_an_invitation_is_in_the_room(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_private_room("Den").await;
    let invite = invites(
        &ada,
        &format!("/rooms/{room}/invites"),
        json!({"max_uses": 1}),
    )
    .await;
    let guest = app.stranger();
    let body = json!({"username": "ben", "password": PASSWORD, "invite": code(&invite)});
    guest
        .post("/auth/register")
        .json(&body)
        .send()
        .await
        .ok(201);
    let rooms = guest.get("/rooms").send().await.ok(200);
    assert_eq!(rooms["rooms"][0]["id"], room.as_str());
    // Used up: where everyone can register, one is in all the same, and not in the room.
    let late = app.stranger();
    let body = json!({"username": "eve", "password": PASSWORD, "invite": code(&invite)});
    late.post("/auth/register").json(&body).send().await.ok(201);
    assert_eq!(late.get("/rooms").send().await.ok(200)["rooms"], json!([]));
}

#[tokio::test]
async fn where_only_the_invited_register_fifty_at_once_by_one_use_admit_one() {
    let app = App::with(&["--registration=invite"]).await;
    let ada = app.user("ada").await;
    let room = ada.creates_private_room("Den").await;
    let invite = invites(
        &ada,
        &format!("/rooms/{room}/invites"),
        json!({"max_uses": 1}),
    )
    .await;
    for code in [json!(null), json!("guess"), json!("AAAAAAAAAAAAAAAAAAAAAA")] {
        let body = json!({"username": "mallory", "password": PASSWORD, "invite": code});
        let tried = app.stranger().post("/auth/register").json(&body).send();
        tried.await.refused(403, "invite_required");
    }
    let weak = json!({"username": "guest", "password": "x", "invite": code(&invite)});
    let refused = app
        .stranger()
        .post("/auth/register")
        .json(&weak)
        .send()
        .await;
    refused.refused(422, "invalid");
    let registering = (0..50).map(|number| {
        let stranger = app.stranger();
        let name = format!("guest{number}");
        let body = json!({"username": name, "password": PASSWORD, "invite": code(&invite)});
        async move {
            stranger
                .post("/auth/register")
                .json(&body)
                .send()
                .await
                .status
                .as_u16()
        }
    });
    let mut statuses = join_all(registering).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201, "{statuses:?}");
    assert!(
        statuses[1..]
            .iter()
            .all(|status| [403, 503].contains(status)),
        "{statuses:?}"
    );
    let members = ada
        .get(&format!("/rooms/{room}/members"))
        .send()
        .await
        .ok(200);
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
}

async fn without_javascript_everything_about_a_room_is_a_form(app: &App) {
    let (ada, ben, eve) = (
        app.user("ada").await,
        app.user("ben").await,
        app.user("eve").await,
    );
    let room = ada.creates_private_room("Den").await;
    let path = format!("/chat/room/{room}/about");
    let act = async |who: &Person, fields: &[(&str, &str)]| {
        who.page(Method::POST, &path).form(fields).send().await
    };
    assert_eq!(ben.page(Method::GET, &path).send().await.status, 404);
    assert_eq!(act(&ben, &[("act", "leave")]).await.status, 404);
    let unknown = act(&ada, &[("act", "add"), ("user", "nobody")]).await;
    assert!(unknown.status == 422 && unknown.text.contains("Choose a person"));
    for person in [&ben, &eve] {
        let found = ada
            .page(Method::GET, &format!("{path}?q={}", person.username))
            .send()
            .await;
        let add = format!("name=\"user\" value=\"{}\"", person.id);
        assert!(found.text.contains(&add), "{}", found.text);
        let added = act(&ada, &[("act", "add"), ("user", person.id.as_str())]).await;
        assert_eq!(
            (added.status.as_u16(), added.header("location")),
            (303, format!("{path}#about-people").as_str())
        );
    }
    let rename = [("act", "rename"), ("name", "Cave"), ("topic", "Dark")];
    assert_eq!(act(&ben, &rename).await.status, 403);
    assert_eq!(act(&ada, &rename).await.status, 303);
    let moderator = [
        ("act", "role"),
        ("user", ben.id.as_str()),
        ("role", "moderator"),
    ];
    let mut his = ben.socket().await;
    assert_eq!(act(&ada, &moderator).await.status, 303);
    his.wait_for("room").await;
    let link = [("act", "invite"), ("max_uses", "1"), ("days", "1")];
    assert_eq!(act(&ben, &link).await.status, 303);
    let page = ben.page(Method::GET, &path).send().await;
    for part in ["Cave", "@eve", "· Moderator", "/qr.svg", "Revoke"] {
        assert!(
            page.text.contains(part),
            "{part} is missing in {}",
            page.text
        );
    }
    let remove = [("act", "remove"), ("user", eve.id.as_str())];
    assert_eq!(act(&ben, &remove).await.status, 303);
    assert_eq!(eve.page(Method::GET, &path).send().await.status, 404);
    let last = act(&ada, &[("act", "leave")]).await;
    assert!(
        last.status == 409 && last.text.contains("Hand the room over first"),
        "{}",
        last.text
    );
    let over = [("act", "hand-over-and-leave"), ("user", ben.id.as_str())];
    let gone = act(&ada, &over).await;
    assert_eq!(
        (gone.status.as_u16(), gone.header("location")),
        (303, "/chat/rooms")
    );
    let mine = ben.get(&format!("/rooms/{room}")).send().await.ok(200);
    assert_eq!(mine["room"]["role"], "owner");
    assert_eq!(act(&ben, &[("act", "archive")]).await.status, 303);
}

async fn the_people_of_a_room_are_shown_page_by_page_and_found_by_name(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_private_room("Den").await;
    let mut guests = Vec::new();
    for number in 0..52 {
        guests.push(app.user(&format!("guest{number:02}")).await);
    }
    for guest in &guests[..51] {
        let place = format!("/rooms/{room}/members/{}", guest.id);
        let added = ada.put(&place).json(&json!({})).send().await;
        assert!(added.status.is_success());
    }
    let path = format!("/chat/room/{room}/about");
    let page = async |query: &str| {
        let page = ada
            .page(Method::GET, &format!("{path}{query}"))
            .send()
            .await;
        assert_eq!(page.status, 200);
        page.text
    };
    let first = page("").await;
    let next = format!("?after={}#about-people", guests[48].id);
    assert!(first.contains("@guest48") && !first.contains("@guest49"));
    assert!(first.contains(&next), "{first}");
    let second = page(&next).await;
    assert!(second.contains("@guest50") && !second.contains("@guest48"));
    assert!(!second.contains("More people"));
    let found = page("?q=guest5").await;
    let (inside, outside) = found.split_once("Not in this room").unwrap();
    assert!(inside.contains("@guest50") && !inside.contains("@guest51"));
    assert!(outside.contains("@guest51") && !outside.contains("@guest50"));
    assert!(
        page("?q=nobody")
            .await
            .contains("Nobody else on this server is called")
    );
    for odd in ["?q=%00", "?q=%25&after=x", "?after=x"] {
        page(odd).await;
    }
    // Who may not add finds members alone.
    let found = guests[0]
        .page(Method::GET, &format!("{path}?q=guest5"))
        .send()
        .await;
    assert!(found.text.contains("@guest50") && !found.text.contains("@guest51"));
}

async fn links_to_the_server_are_made_and_revoked_on_a_page_of_their_own(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let path = "/settings/invitations";
    let act = async |who: &Person, fields: &[(&str, &str)]| {
        who.page(Method::POST, path).form(fields).send().await
    };
    let page = async |who: &Person| who.page(Method::GET, path).send().await.text;
    assert!(page(&ben).await.contains("No link to this server stands"));
    let terms = [("act", "invite"), ("max_uses", "5"), ("days", "30")];
    assert_eq!(
        act(&ben, &terms).await.header("location"),
        "/settings/invitations?made"
    );
    for (terms, fault) in [
        (
            [("max_uses", "0"), ("days", "7")],
            "An invitation has 1 to 10000 uses",
        ),
        (
            [("max_uses", "x"), ("days", "7")],
            "An invitation has 1 to 10000 uses",
        ),
        (
            [("max_uses", ""), ("days", "1000")],
            "An invitation ends in the future",
        ),
    ] {
        let fields = [("act", "invite"), terms[0], terms[1]];
        let refused = act(&ben, &fields).await;
        assert!(
            refused.status == 422 && refused.text.contains(fault),
            "{}",
            refused.text
        );
    }
    let list = ben.get("/invites").send().await.ok(200);
    let invite = &list["invites"][0];
    assert_eq!(
        (&invite["max_uses"], &invite["room"]),
        (&5.into(), &Value::Null)
    );
    // Whoever owns the server sees everybody's.
    for (who, heading) in [(&ben, "Your links"), (&ada, "Links that stand")] {
        let text = page(who).await;
        for part in [heading, code(invite), "0 of 5 uses", "/qr.svg"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
    }
    let eve = app.user("eve").await;
    let revoke = [("act", "revoke"), ("code", code(invite))];
    assert_eq!(act(&eve, &revoke).await.status, 403);
    for _ in 0..2 {
        assert_eq!(
            act(&ada, &revoke).await.header("location"),
            "/settings/invitations?revoked"
        );
    }
    ben.get(&format!("/invites/{}", code(invite)))
        .send()
        .await
        .refused(404, "not_found");
}
