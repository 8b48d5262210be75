//! A server with people in it who have something to say.

mod founding;
mod saying;

use std::collections::HashMap;

use serde_json::{Value, json};
use whatscrap_testkit::browser::Browser;
use whatscrap_testkit::{Person, Site, fresh_client_id};

use crate::scenes::Who;

/// Who is there, and the rooms by a short name.
pub(crate) struct World {
    people: HashMap<&'static str, Person>,
    ids: HashMap<&'static str, String>,
}

impl World {
    /// Fills a fresh server, by its own ways in.
    pub(crate) async fn new(site: &Site, browser: &Browser) -> Self {
        let mut world = Self {
            people: HashMap::new(),
            ids: HashMap::new(),
        };
        world.arrive(site).await;
        world.draw(browser).await;
        world.build().await;
        world.talk().await;
        world.share(browser).await;
        world.change().await;
        world.leave_news().await;
        world.type_on();
        world
    }

    pub(crate) fn person(&self, who: Who) -> Option<&Person> {
        match who {
            Who::Nobody => None,
            Who::Ada => Some(&self.people["ada"]),
            Who::Cleo => Some(&self.people["cleo"]),
            Who::Emil => Some(&self.people["emil"]),
        }
    }

    /// A scene's path with the ids in it.
    pub(crate) fn path(&self, path: &str) -> String {
        let named =
            |path: String, (name, id): (&&str, &String)| path.replace(&format!("{{{name}}}"), id);
        self.ids.iter().fold(path.to_owned(), named)
    }
}

/// What people do.
impl World {
    /// Says these things in a room, and returns the messages.
    async fn says(&self, room: &str, talk: &[(&str, &str)]) -> Vec<Value> {
        let mut said: Vec<Value> = Vec::new();
        for (name, words) in talk {
            let answers = words.strip_prefix('^');
            let mut post = self.people[name].posts(answers.unwrap_or(words));
            if let (Some(_), Some(last)) = (answers, said.last()) {
                post = post.answering(last["id"].as_str().expect("a message has an id"));
            }
            said.push(post.in_room(&self.ids[room]).await);
        }
        said
    }

    /// Has read all that there is in a room.
    async fn catches_up(&self, name: &str, room: &str) {
        let path = format!("/rooms/{}", self.ids[room]);
        let person = &self.people[name];
        let seen = person.get(&path).send().await.ok(200)["room"]["last_seq"].take();
        let path = format!("{path}/read");
        let read = json!({"seq": seen});
        person.put(&path).json(&read).send().await.ok(200);
    }

    async fn reacts(&self, room: &str, message: &Value, emoji: &str, names: &[&str]) {
        let message = message["id"].as_str().expect("a message has an id");
        let path = format!(
            "/rooms/{}/messages/{message}/reactions/{emoji}",
            self.ids[room]
        );
        for name in names {
            self.people[name].put(&path).send().await.ok(200);
        }
    }

    async fn sends(&self, name: &str, words: &str, files: &[(&str, &[u8])]) {
        let person = &self.people[name];
        let mut ids = Vec::new();
        for (name, file) in files {
            let head = format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
            );
            let form = [head.as_bytes(), file, b"\r\n--b--\r\n"].concat();
            let post = person
                .post("/uploads")
                .body("multipart/form-data; boundary=b", form);
            let id = post.send().await.ok(201)["attachment"]["id"].take();
            let described = json!({"alt": "Hills under an early sky"});
            let path = format!("/uploads/{}", id.as_str().expect("a file has an id"));
            person.patch(&path).json(&described).send().await.ok(200);
            ids.push(id);
        }
        let message = json!({"client_id": fresh_client_id(), "body": words, "attachments": ids});
        let path = format!("/rooms/{}/messages", self.ids["files"]);
        person.post(&path).json(&message).send().await.ok(201);
    }

    async fn direct(&mut self, key: &'static str, who: &str, others: &[&str]) {
        let users: Vec<_> = others.iter().map(|name| &self.people[name].id).collect();
        let post = self.people[who]
            .post("/rooms/direct")
            .json(&json!({"users": users}));
        let made = post.send().await.json();
        let id = made["room"]["id"].as_str().expect("a room has an id");
        self.ids.insert(key, id.to_owned());
    }
}
