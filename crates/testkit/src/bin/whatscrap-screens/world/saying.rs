//! What is said in them, and what becomes of it.

use serde_json::json;
use whatscrap_testkit::browser::Browser;

use super::World;
use crate::drawings::landscape;
use crate::talk;

impl World {
    pub(super) async fn talk(&self) {
        let said = self.says("garden", talk::GARDEN).await;
        self.reacts("garden", &said[2], "❤️", &["ben", "cleo"])
            .await;
        self.reacts("garden", &said[2], "👍", &["yuki"]).await;
        self.reacts("garden", &said[7], "😋", &["ada", "dora", "ben"])
            .await;
        self.says("names", &talk::GARDEN[5..]).await;
        self.says("prose", talk::PROSE).await;
        let direct = [
            ("ben", "Did you see the figures?"),
            ("ada", "Yes. Better than I thought!"),
            ("ada", "Shall we tell the others tomorrow?"),
            ("ben", "^Let us wait until Monday, when everybody is back."),
        ];
        self.says("direct", &direct).await;
        self.says("several", &[("cleo", "A room for the four of us")])
            .await;
        self.says("archived", &talk::NEWS[..3]).await;
        let path = format!("/rooms/{}", self.ids["archived"]);
        assert!(
            self.people["ada"]
                .delete(&path)
                .send()
                .await
                .status
                .is_success()
        );
    }

    pub(super) async fn share(&self, browser: &Browser) {
        let hill = landscape(browser, (1200, 800), [205, 110]).await;
        let mut walk = Vec::new();
        for (size, hues) in [
            ((900, 1200), [20, 280]),
            ((1200, 900), [190, 150]),
            ((1000, 1000), [260, 220]),
        ] {
            walk.push(landscape(browser, size, hues).await);
        }
        self.says("files", &[("cleo", "Who was up early?")]).await;
        self.sends("ben", talk::CAPTIONS[0], &[("hill.png", &hill)])
            .await;
        let walk: Vec<_> = walk
            .iter()
            .map(|picture| ("walk.png", &picture[..]))
            .collect();
        self.sends("ada", talk::CAPTIONS[1], &walk).await;
        let name = "What we planted where, in which year, and what became of it.ods";
        self.sends("maximiliane", "", &[(name, &vec![7; 30_000])])
            .await;
    }

    pub(super) async fn change(&self) {
        let talk = [
            ("ben", "Who has the key to the kitchen?"),
            ("ada", "It hangs beside the door"),
            ("cleo", "Soup is at noon"),
            ("ben", "^I will bring bread"),
            ("dora", "Something I should not have said"),
            ("ada", "And I the spoons"),
        ];
        let said = self.says("changed", &talk).await;
        let path = |at: usize| {
            let id = said[at]["id"].as_str().expect("a message has an id");
            format!("/rooms/{}/messages/{id}", self.ids["changed"])
        };
        for (name, at, body) in [
            ("ada", 1, "It hangs on the hook behind the door"),
            ("cleo", 2, "Soup is at *half past twelve*"),
        ] {
            let edit = self.people[name]
                .patch(&path(at))
                .json(&json!({"body": body}));
            edit.send().await.ok(200);
        }
        self.people["dora"].delete(&path(4)).send().await.ok(200);
        let crowd = ["ada", "ben", "dora", "yuki", "omar", "maximiliane"];
        for emoji in ["🍲", "❤️", "👍", "🎉", "😋", "🔥", "🥄", "🙌", "👀"] {
            self.reacts("changed", &said[2], emoji, &crowd).await;
        }
        self.reacts("changed", &said[5], "🙌", &["ben"]).await;
    }

    pub(super) async fn leave_news(&self) {
        self.says(
            "unread",
            &[("ada", "I am away until tomorrow"), ("ben", "Enjoy!")],
        )
        .await;
        // One picture of a room is like the others then: nothing in it becomes read meanwhile.
        for (name, rooms) in [
            (
                "ada",
                &[
                    "garden", "files", "names", "changed", "prose", "direct", "archived", "unread",
                ][..],
            ),
            ("cleo", &["garden", "changed"]),
        ] {
            for room in rooms {
                self.catches_up(name, room).await;
            }
        }
        self.says("unread", talk::NEWS).await;
        self.says("neighbours", talk::NEIGHBOURS).await;
    }

    /// Somebody types in the garden, for as long as pictures are made.
    pub(super) fn type_on(&self) {
        let ben = self.people["ben"].clone();
        let frame = json!({"type": "typing", "room": self.ids["garden"]});
        tokio::spawn(async move {
            let socket = ben.socket().await;
            let mut ticks = tokio::time::interval(std::time::Duration::from_secs(2));
            while socket.is_open() {
                ticks.tick().await;
                socket.say(&frame);
            }
        });
    }
}
