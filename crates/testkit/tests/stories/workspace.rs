//! What the whole server has in common, and who may change it.

use reqwest::Method;
use serde_json::json;
use whatscrap_testkit::{App, Person};

stories! {
    the_owner_gives_the_pages_a_colour_and_all_see_it,
    nobody_else_changes_the_colour,
}

async fn shows(person: &Person, accent: &str) {
    let page = person.page(Method::GET, "/settings/profile").send().await;
    let attribute = format!("<html lang=\"en\" data-accent=\"{accent}\"");
    assert!(page.text.contains(&attribute), "{}", page.text);
}

async fn the_owner_gives_the_pages_a_colour_and_all_see_it(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    shows(&ben, "leaf").await;
    let form = ada.page(Method::GET, "/settings/workspace").send().await;
    assert!(form.text.contains("value=\"plum\""), "{}", form.text);
    let chosen = ada.page(Method::POST, "/settings/workspace");
    let chosen = chosen.form(&[("accent", "plum")]).send().await;
    assert_eq!(chosen.status, 303, "{}", chosen.text);
    shows(&ben, "plum").await;

    let change = ada.patch("/workspace").json(&json!({"accent": "clay"}));
    assert_eq!(change.send().await.ok(200), json!({"accent": "clay"}));
    let read = ben.get("/workspace").send().await.ok(200);
    assert_eq!(read, json!({"accent": "clay"}));
    shows(&ben, "clay").await;
    let login = app.get("/auth/login").send().await;
    assert!(
        login.text.contains("data-accent=\"clay\""),
        "{}",
        login.text
    );
}

async fn nobody_else_changes_the_colour(app: &App) {
    let (ada, ben) = (app.user("ada").await, app.user("ben").await);
    let change = json!({"accent": "plum"});
    let refused = ben.patch("/workspace").json(&change).send().await;
    refused.refused(403, "forbidden");
    for method in [Method::GET, Method::POST] {
        let page = ben.page(method, "/settings/workspace");
        let page = page.form(&[("accent", "plum")]).send().await;
        assert_eq!(page.status, 403, "{}", page.text);
    }
    let own = ben.page(Method::GET, "/settings/profile").send().await;
    assert!(!own.text.contains("/settings/workspace"), "{}", own.text);
    let stranger = app.stranger().get("/workspace").send().await;
    stranger.refused(401, "unauthenticated");
    let unknown = ada.patch("/workspace").json(&json!({"accent": "mauve"}));
    let unknown = unknown.send().await;
    assert!(unknown.status.is_client_error(), "{}", unknown.text);
    shows(&ben, "leaf").await;
}
