//! How people show themselves, and what they prefer.

use serde_json::{Value, json};
use whatscrap_testkit::{App, Person};

stories! {
    preferences_are_mine_and_change_field_by_field,
    wrong_preferences_change_nothing,
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
