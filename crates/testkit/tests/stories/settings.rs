//! What people set for themselves: by forms alone, and in a browser.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::json;
use whatscrap_testkit::browser::{Browser, Device};
use whatscrap_testkit::{App, PASSWORD, Person};

stories! {
    the_settings_work_without_scripts,
    colours_are_there_before_any_script,
    a_refused_form_is_its_page_again,
    devices_are_listed_and_ended_one_by_one_and_all_at_once,
    a_tokens_secret_is_shown_once,
    settings_are_for_those_who_are_in,
}

async fn page(person: &Person, path: &str) -> String {
    let answer = person.page(Method::GET, path).send().await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text
}

async fn post(person: &Person, path: &str, form: &[(&str, &str)]) -> String {
    let answer = person.page(Method::POST, path).form(form).send().await;
    assert_eq!(answer.status, 303, "{path}: {}", answer.text);
    answer.header("location").to_owned()
}

async fn the_settings_work_without_scripts(app: &App) {
    let ada = app.user("ada").await;
    let next = post(&ada, "/settings/profile", &[("display_name", " Ada L. ")]).await;
    let html = page(&ada, &next).await;
    assert!(html.contains("value=\"Ada L.\""), "{html}");
    assert!(html.contains("Saved."), "{html}");

    let form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n\r\n";
    let form = [form.as_bytes(), super::profiles::WHITE, b"\r\n--b--\r\n"].concat();
    let sent = ada.page(Method::POST, "/settings/avatar");
    let sent = sent.body("multipart/form-data; boundary=b", form).send();
    assert_eq!(sent.await.status, 303);
    assert!(
        page(&ada, "/settings/profile")
            .await
            .contains("src=\"&#x2f;avatars&#x2f;")
    );
    post(&ada, "/settings/avatar/remove", &[]).await;
    assert!(
        !page(&ada, "/settings/profile")
            .await
            .contains("src=\"&#x2f;avatars&#x2f;")
    );

    let passwords = [
        ("current_password", PASSWORD),
        ("new_password", "analytical engine"),
    ];
    let next = post(&ada, "/settings/password", &passwords).await;
    assert!(page(&ada, &next).await.contains("Your password is changed"));
}

async fn colours_are_there_before_any_script(app: &App) {
    let ada = app.user("ada").await;
    let room = ada.creates_room("Hall").await;
    let look = [("theme", "dark"), ("density", "compact")];
    post(&ada, "/settings/appearance", &look).await;
    for path in [
        "/settings/appearance",
        "/chat/rooms",
        &format!("/chat/room/{room}"),
    ] {
        let html = page(&ada, path).await;
        let look_of_all = "data-theme=\"dark\" data-density=\"compact\" data-single-keys=\"off\"";
        assert!(html.contains(look_of_all), "{path}: {html}");
        let scheme = "<meta name=\"color-scheme\" content=\"dark\">";
        assert!(html.contains(scheme), "{path}: {html}");
    }
    let wrong = [("theme", "sepia"), ("density", "compact")];
    let wrong = ada.page(Method::POST, "/settings/appearance").form(&wrong);
    assert_eq!(wrong.send().await.status, 400);
}

async fn a_refused_form_is_its_page_again(app: &App) {
    let ada = app.user("ada").await;
    let long = "é".repeat(300);
    for name in ["", "\u{202e}adA", &long] {
        let form = [("display_name", name)];
        let refused = ada.page(Method::POST, "/settings/profile").form(&form);
        let refused = refused.send().await;
        assert_eq!(refused.status, 422);
        assert!(
            refused
                .text
                .contains("A display name has 1 to 80 characters")
        );
    }
    for (current, new, told) in [
        ("wrong", "analytical engine", "not your current password"),
        (PASSWORD, "tiny42", "8 characters"),
    ] {
        let form = [("current_password", current), ("new_password", new)];
        let refused = ada.page(Method::POST, "/settings/password").form(&form);
        let refused = refused.send().await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(told), "{}", refused.text);
        assert!(!refused.text.contains(new), "{}", refused.text);
    }
    let html = ada.page(Method::POST, "/settings/avatar");
    let html = html.body(
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n<svg/>\r\n--b--\r\n",
    );
    let html = html.send().await;
    assert_eq!(html.status, 422);
    assert!(html.text.contains("send a PNG, JPEG, WebP or GIF file"));
}

async fn devices_are_listed_and_ended_one_by_one_and_all_at_once(app: &App) {
    let ada = app.user("ada").await;
    let others = [
        app.login("ada").await,
        app.login("ada").await,
        app.login("ada").await,
    ];
    let is_in = async |person: &Person| person.get("/me").send().await.status == 200;
    let sessions = others[0].get("/me/sessions").send().await.ok(200);
    let sessions = sessions["sessions"].as_array().unwrap();
    let current = sessions.iter().find(|session| session["current"] == true);
    let id = current.unwrap()["id"].as_str().unwrap().to_owned();
    assert!(page(&ada, "/settings/devices").await.contains(&id));
    post(&ada, "/settings/devices", &[("end", &id)]).await;
    assert!(!is_in(&others[0]).await && is_in(&others[1]).await);
    assert!(!page(&ada, "/settings/devices").await.contains(&id));
    post(&ada, "/settings/devices", &[("end", "others")]).await;
    assert!(!is_in(&others[1]).await && !is_in(&others[2]).await && is_in(&ada).await);
    let ben = app.user("ben").await;
    let mine = ada.get("/me/sessions").send().await.ok(200);
    let mine = mine["sessions"][0]["id"].as_str().unwrap();
    post(&ben, "/settings/devices", &[("end", mine)]).await;
    assert!(is_in(&ada).await);
}

async fn a_tokens_secret_is_shown_once(app: &App) {
    let ada = app.user("ada").await;
    let form = [("name", "backup <script>")];
    let made = ada
        .page(Method::POST, "/settings/tokens")
        .form(&form)
        .send();
    let html = made.await.text;
    let secret = html.split("<code id=\"secret\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap();
    let stranger = app.stranger();
    let bearer = format!("Bearer {secret}");
    let me = stranger.get("/me").header("Authorization", &bearer).send();
    assert_eq!(me.await.ok(200)["user"]["username"], "ada");
    let html = page(&ada, "/settings/devices").await;
    assert!(!html.contains(secret) && html.contains("backup &lt;script&gt;"));
}

async fn settings_are_for_those_who_are_in(app: &App) {
    app.user("ada").await;
    for path in ["profile", "password", "devices", "appearance"] {
        let path = format!("/settings/{path}");
        let page = app.stranger().page(Method::GET, &path).send().await;
        let login = format!("/auth/login?next={path}");
        assert_eq!(
            (page.status.as_u16(), page.header("location")),
            (303, &*login)
        );
    }
}

/// A picture file of two colours, drawn by a browser.
async fn picture(browser: &Browser) -> tempfile::NamedTempFile {
    let drawn = browser
        .eval(
            "(() => {
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [1200, 800];
                const context = canvas.getContext('2d');
                context.fillStyle = 'teal';
                context.fillRect(0, 0, 1200, 800);
                context.fillStyle = 'gold';
                context.fillRect(600, 0, 600, 800);
                return canvas.toDataURL().split(',')[1];
            })()",
        )
        .await;
    let bytes = BASE64_STANDARD.decode(drawn.as_str().unwrap()).unwrap();
    let file = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

pub(super) async fn logs_in(browser: &Browser, name: &str, next: &str) {
    browser.visit(&format!("/auth/login?next={next}")).await;
    browser.fill("Username", name).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Log in").await;
    browser
        .holds("document.documentElement.dataset.connection === 'online'")
        .await;
}

#[tokio::test]
async fn a_picture_and_a_name_are_seen_at_once_and_a_new_password_ends_the_other_device() {
    let app = App::on_sqlite().await;
    let ada = app.user("ada").await;
    let ben = app.user("ben").await;
    let room = ada.creates_room("Hall").await;
    ben.joins(&room).await;
    ada.posts("Hello").in_room(&room).await;
    let path = format!("/chat/room/{room}");
    let Some(desk) = Browser::open(&app, "ada", Device::Desktop).await else {
        return;
    };
    let phone = Browser::open(&app, "ada-phone", Device::Phone)
        .await
        .unwrap();
    let bens = Browser::open(&app, "ben", Device::Desktop).await.unwrap();
    logs_in(&desk, "ada", "/settings/profile").await;
    logs_in(&phone, "ada", &path).await;
    logs_in(&bens, "ben", &path).await;

    let file = picture(&desk).await;
    let field = "#portrait input[type=file]";
    let opener = desk.at(field).await;
    desk.chooses_files(&opener, field, &[file.path()]).await;
    desk.find("button", "Save picture").await;
    for way in ["Move left", "Move left", "Move up"] {
        desk.press(way).await;
    }
    desk.screenshot("settings-crop").await;
    desk.press("Save picture").await;
    desk.holds("document.querySelector('.portrait img')?.naturalWidth === 256")
        .await;
    desk.holds("document.querySelector('.sidebar .avatar img')?.naturalWidth === 128")
        .await;
    for browser in [&phone, &bens] {
        browser
            .holds("document.querySelector('.message .avatar img')?.naturalWidth === 128")
            .await;
    }

    desk.fill("Display name", "Ada Lovelace").await;
    desk.press("Save name").await;
    for browser in [&phone, &bens] {
        browser
            .holds("document.querySelector('.message__author').textContent === 'Ada Lovelace'")
            .await;
    }
    bens.click_at(".message__author").await;
    bens.holds("document.querySelector('#person-card:popover-open .card__username').textContent === '@ada'")
        .await;
    bens.screenshot("profile-card").await;

    desk.visit("/settings/password").await;
    desk.fill("Current password", PASSWORD).await;
    desk.fill("New password", "analytical engine no. 2").await;
    desk.press("Change password").await;
    desk.find(
        "status",
        "Your password is changed, and your other devices are logged out.",
    )
    .await;
    phone.holds("location.pathname === '/auth/login'").await;
    for browser in [&desk, &phone, &bens] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
    }
    let me = json!({"preferences": {"theme": "dark"}});
    ben.patch("/me").json(&me).send().await.ok(200);
    bens.visit("/settings/devices").await;
    bens.screenshot("settings-dark").await;
}
