//! Who comes, and which rooms they make.

use serde_json::json;
use whatscrap_testkit::Site;
use whatscrap_testkit::browser::Browser;

use super::World;
use crate::drawings::face;

const PEOPLE: &[(&str, &str)] = &[
    ("ada", "Ada Lovelace"),
    ("ben", "Ben Novak"),
    ("cleo", "Cleo Ortiz"),
    (
        "maximiliane",
        "Maximiliane-Alexandrina von und zu Hohenschwangau",
    ),
    ("yuki", "雪 Yuki"),
    ("omar", "عمر Omar"),
    ("dora", "Dora"),
    ("emil", "Emil"),
];
const LONG: &str = "Release planning and retrospectives of the autumn, and of the winter";

impl World {
    pub(super) async fn arrive(&mut self, site: &Site) {
        for (name, display_name) in PEOPLE {
            let person = site.user(name).await;
            let change = json!({"display_name": display_name});
            person.patch("/me").json(&change).send().await.ok(200);
            self.people.insert(name, person);
        }
        let away = json!({"status": "🌴 Back on Monday"});
        self.people["ben"]
            .patch("/me")
            .json(&away)
            .send()
            .await
            .ok(200);
        let flat = json!({"preferences": {"density": "compact"}});
        self.people["cleo"]
            .patch("/me")
            .json(&flat)
            .send()
            .await
            .ok(200);
    }

    pub(super) async fn draw(&self, browser: &Browser) {
        for (name, hue) in [("ada", 160), ("cleo", 330)] {
            let picture = face(browser, hue).await;
            let put = self.people[name].put("/me/avatar");
            put.body("image/png", picture).send().await.ok(200);
        }
    }

    pub(super) async fn build(&mut self) {
        for (key, name, topic, kind) in [
            (
                "garden",
                "Garden",
                "What grows, and who waters it",
                "public",
            ),
            ("unread", "Seeds and deliveries", "", "public"),
            ("files", "Photographs", "One a day", "private"),
            (
                "names",
                LONG,
                "A topic that is long as well, so long that it has to be cut somewhere, or to wrap on a phone",
                "public",
            ),
            ("changed", "Kitchen", "", "public"),
            ("prose", "Plans", "", "public"),
            ("neighbours", "Neighbours", "", "public"),
            ("empty", "Compost", "", "private"),
            ("archived", "Summer fair", "", "public"),
        ] {
            let body = json!({"name": name, "kind": kind, "topic": topic});
            let made = self.people["ada"]
                .post("/rooms")
                .json(&body)
                .send()
                .await
                .ok(201);
            let id = made["room"]["id"]
                .as_str()
                .expect("a room has an id")
                .to_owned();
            if kind == "public" {
                for (name, _) in PEOPLE
                    .iter()
                    .filter(|(name, _)| !["ada", "emil"].contains(name))
                {
                    self.people[name].joins(&id).await;
                }
            }
            self.ids.insert(key, id);
        }
        for (name, role) in [
            ("ben", "moderator"),
            ("cleo", "member"),
            ("maximiliane", "member"),
        ] {
            let path = format!(
                "/rooms/{}/members/{}",
                self.ids["files"], self.people[name].id
            );
            let put = self.people["ada"].put(&path).json(&json!({"role": role}));
            assert!(put.send().await.status.is_success());
        }
        self.direct("direct", "ada", &["ben"]).await;
        self.direct("several", "cleo", &["ada", "maximiliane", "yuki"])
            .await;
        let path = format!("/rooms/{}/invites", self.ids["files"]);
        let made = self.people["ada"]
            .post(&path)
            .json(&json!({"max_uses": 10}))
            .send()
            .await
            .ok(201);
        let code = made["invite"]["code"]
            .as_str()
            .expect("an invitation has a code");
        self.ids.insert("invite", code.to_owned());
        for path in ["/invites", "/invites"] {
            self.people["ada"]
                .post(path)
                .json(&json!({"max_uses": 5}))
                .send()
                .await
                .ok(201);
        }
        let token = json!({"name": "Weather station"});
        self.people["ada"]
            .post("/me/tokens")
            .json(&token)
            .send()
            .await
            .ok(201);
    }
}
