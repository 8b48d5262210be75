//! Posting over HTTP.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::server::http::Answer;
use crate::server::person::Person;

/// A message about to be posted over HTTP.
#[derive(Debug, Clone)]
#[must_use = "a post does nothing until it is in a room"]
pub struct Post<'a> {
    pub(crate) author: &'a Person,
    pub(crate) client_id: String,
    pub(crate) body: String,
    pub(crate) reply_to: Option<String>,
}

impl Post<'_> {
    /// Names the message, for a retry.
    pub fn named(mut self, client_id: &str) -> Self {
        client_id.clone_into(&mut self.client_id);
        self
    }

    /// Answers this message.
    pub fn answering(mut self, message: &str) -> Self {
        self.reply_to = Some(message.to_owned());
        self
    }

    /// Posts, and returns the message as the server has it.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn in_room(self, room: &str) -> Value {
        let answer = self.tried_in(room).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json()["message"].take()
    }

    /// Posts, and returns whatever the server answers.
    pub async fn tried_in(self, room: &str) -> Answer {
        let mut body = json!({"client_id": self.client_id, "body": self.body});
        if let Some(parent) = self.reply_to {
            body["reply_to"] = parent.into();
        }
        let path = format!("/rooms/{room}/messages");
        self.author.post(&path).json(&body).send().await
    }
}

/// A `client_id` nobody has used.
#[expect(
    clippy::disallowed_methods,
    reason = "clients name their messages themselves"
)]
pub fn fresh_client_id() -> String {
    Uuid::now_v7().to_string()
}
