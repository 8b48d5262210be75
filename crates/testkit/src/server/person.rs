//! People, who act over HTTP and WebSocket.

use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::server::http::Request;
use crate::server::post::{Post, fresh_client_id};
use crate::server::site::{Site, client_builder};
use crate::server::socket::Socket;
use crate::server::upgrade::Upgrade;

/// Somebody at a device: a cookie jar of their own, and, once they have an
/// account, a name. A clone is the same person at the same device.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user's id; empty for a stranger.
    pub id: String,
    /// The user's name; empty for a stranger.
    pub username: String,
    /// The server they act on.
    pub site: Site,
    jar: Arc<Jar>,
    http: reqwest::Client,
}

impl Person {
    pub(crate) fn stranger(site: Site) -> Self {
        let jar = Arc::new(Jar::default());
        let http = client_builder()
            .cookie_provider(jar.clone())
            .build()
            .expect("a client without TLS needs nothing");
        Self {
            id: String::new(),
            username: String::new(),
            site,
            jar,
            http,
        }
    }

    pub(crate) fn known_as(mut self, user: &Value) -> Self {
        let text = |field: &str| user[field].as_str().unwrap_or_default().to_owned();
        (self.id, self.username) = (text("id"), text("username"));
        self
    }

    /// The `Cookie` header this person's browser would send.
    pub fn cookie(&self) -> Option<String> {
        let url: Url = self.site.origin.parse().expect("an origin is a URL");
        let header = self.jar.cookies(&url)?;
        Some(header.to_str().expect("our cookies are ASCII").to_owned())
    }

    /// Puts a cookie into the jar, as `name=value`.
    pub fn plant_cookie(&self, cookie: &str) {
        let url: Url = self.site.origin.parse().expect("an origin is a URL");
        self.jar.add_cookie_str(cookie, &url);
    }

    /// The same person at one of the server's nodes, logged in there as here.
    #[must_use]
    pub fn at_node(&self, number: usize) -> Self {
        self.at(self.site.at_node(number))
    }

    /// Goes to the next of the server's nodes.
    pub fn moves_on(&mut self) {
        let mut next = self.site.clone();
        next.moves_on();
        *self = self.at(next);
    }

    fn at(&self, site: Site) -> Self {
        let there = Self {
            site,
            ..self.clone()
        };
        for cookie in self.cookie().iter().flat_map(|cookies| cookies.split("; ")) {
            there.plant_cookie(cookie);
        }
        there
    }

    /// A request of a page, with the headers a browser adds to a navigation.
    pub fn page(&self, method: Method, path: &str) -> Request {
        let url = format!("{}{path}", self.site.origin);
        let request = self.http.request(method, url);
        Request(request).header("Sec-Fetch-Site", "same-origin")
    }

    /// A request of the JSON API, under `/api/v1`, from our own pages.
    pub fn api(&self, method: Method, path: &str) -> Request {
        let url = format!("{}/api/v1{path}", self.site.origin);
        let request = self.http.request(method, url);
        Request(request).header("Sec-Fetch-Site", "same-origin")
    }

    /// `GET /api/v1{path}`.
    pub fn get(&self, path: &str) -> Request {
        self.api(Method::GET, path)
    }

    /// `POST /api/v1{path}`.
    pub fn post(&self, path: &str) -> Request {
        self.api(Method::POST, path)
    }

    /// `PUT /api/v1{path}`.
    pub fn put(&self, path: &str) -> Request {
        self.api(Method::PUT, path)
    }

    /// `PATCH /api/v1{path}`.
    pub fn patch(&self, path: &str) -> Request {
        self.api(Method::PATCH, path)
    }

    /// `DELETE /api/v1{path}`.
    pub fn delete(&self, path: &str) -> Request {
        self.api(Method::DELETE, path)
    }

    /// Creates a public room and returns its id.
    pub async fn creates_room(&self, name: &str) -> String {
        self.creates(name, "public").await
    }

    /// Creates a private room and returns its id.
    pub async fn creates_private_room(&self, name: &str) -> String {
        self.creates(name, "private").await
    }

    async fn creates(&self, name: &str, kind: &str) -> String {
        let body = json!({"name": name, "kind": kind});
        let answer = self.post("/rooms").json(&body).send().await.ok(201);
        let id = answer["room"]["id"].as_str();
        id.expect("a room has an id").to_owned()
    }

    /// Joins a public room.
    pub async fn joins(&self, room: &str) {
        let answer = self.put(&format!("/rooms/{room}/members/me")).send().await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    /// Leaves a room.
    pub async fn leaves(&self, room: &str) {
        let answer = self
            .delete(&format!("/rooms/{room}/members/me"))
            .send()
            .await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }

    /// Begins to say something: `ada.posts("hello").in_room(room).await`.
    pub fn posts(&self, body: &str) -> Post<'_> {
        Post {
            author: self,
            client_id: fresh_client_id(),
            body: body.to_owned(),
            reply_to: None,
        }
    }

    /// The newest messages of a room, oldest first.
    pub async fn reads(&self, room: &str) -> Vec<Value> {
        let path = format!("/rooms/{room}/messages?limit=200");
        let mut page = self.get(&path).send().await.ok(200);
        match page["messages"].take() {
            Value::Array(messages) => messages,
            other => panic!("messages are a list, not {other}"),
        }
    }

    /// Every message of a room from the first, page by page.
    pub async fn reads_all(&self, room: &str) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all
                .last()
                .map_or(0, |message| message["seq"].as_u64().unwrap_or(0));
            let path = format!("/rooms/{room}/messages?after={after}&limit=200");
            let mut page = self.get(&path).send().await.ok(200);
            let more = page["has_after"] == true;
            let Value::Array(messages) = page["messages"].take() else {
                panic!("messages are a list: {page}");
            };
            assert!(!more || !messages.is_empty(), "an empty page promises more");
            all.extend(messages);
            if !more {
                return all;
            }
        }
    }

    /// Opens a socket, says hello and has the welcome.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.upgrade().open().await;
        socket.hello(json!({})).await;
        socket
    }

    /// Opens a socket that resumes: `rooms` maps each held room to its version.
    pub async fn resumes(&self, epoch: &Value, rooms: &[(&str, u64)]) -> Socket {
        let rooms: Value = rooms
            .iter()
            .map(|(id, version)| ((*id).to_owned(), json!(version)))
            .collect();
        let mut socket = self.upgrade().open().await;
        socket.hello(json!({"epoch": epoch, "rooms": rooms})).await;
        socket
    }

    /// A WebSocket upgrade as this person's browser would send it.
    pub fn upgrade(&self) -> Upgrade {
        let upgrade = Upgrade::to(&self.site.origin).header("Origin", &self.site.origin);
        match self.cookie() {
            Some(cookie) => upgrade.header("Cookie", &cookie),
            None => upgrade,
        }
    }
}
