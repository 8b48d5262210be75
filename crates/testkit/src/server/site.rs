//! A server to act on, wherever it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::server::http::Request;
use crate::server::person::Person;

/// How long the harness waits for anything before it calls it missing.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The password of every person the harness makes.
pub const PASSWORD: &str = "correct horse battery staple";

/// The address of a running server, and a way to come to it as anyone.
#[derive(Debug, Clone)]
pub struct Site {
    /// `http://host:port`, without a slash at the end.
    pub origin: Arc<str>,
    /// Where the nodes of the server are; people come to them in turn.
    nodes: Arc<[Arc<str>]>,
    turn: Arc<AtomicUsize>,
    http: reqwest::Client,
}

impl Site {
    /// A server that already runs at `origin`.
    pub fn at(origin: impl Into<Arc<str>>) -> Self {
        Self::of_nodes(vec![origin.into()])
    }

    /// A server of several nodes. Each person who comes is on the next of them.
    ///
    /// # Panics
    /// If there is none.
    pub fn of_nodes(nodes: Vec<Arc<str>>) -> Self {
        Self {
            origin: nodes[0].clone(),
            nodes: nodes.into(),
            turn: Arc::default(),
            http: client(),
        }
    }

    /// Where its nodes are.
    pub fn nodes(&self) -> &[Arc<str>] {
        &self.nodes
    }

    /// The same server, at one of its nodes.
    #[must_use]
    pub fn at_node(&self, number: usize) -> Self {
        let origin = self.nodes[number % self.nodes.len()].clone();
        Self {
            origin,
            ..self.clone()
        }
    }

    /// Goes to the next of its nodes, as a load balancer does with whom one node does not answer.
    pub fn moves_on(&mut self) {
        let here = self.nodes.iter().position(|node| *node == self.origin);
        *self = self.at_node(here.unwrap_or_default() + 1);
    }

    /// Registers a new person over the JSON API. The first on a fresh server
    /// becomes its owner.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn user(&self, username: &str) -> Person {
        let person = self.stranger();
        let body = json!({"username": username, "password": PASSWORD});
        let answer = person.post("/auth/register").json(&body).send().await;
        person.known_as(&answer.ok(201)["user"])
    }

    /// Logs somebody in on another device.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn login(&self, username: &str) -> Person {
        let person = self.stranger();
        let body = json!({"username": username, "password": PASSWORD});
        let answer = person.post("/auth/login").json(&body).send().await;
        person.known_as(&answer.ok(200)["user"])
    }

    /// Somebody without an account, with an empty cookie jar.
    pub fn stranger(&self) -> Person {
        Person::stranger(self.at_node(self.turn.fetch_add(1, Ordering::Relaxed)))
    }

    /// A request without cookies and without any header of the harness.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request(self.http.request(method, format!("{}{path}", self.origin)))
    }

    /// A plain `GET` of a path outside the API.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }
}

/// A client without cookies.
pub(crate) fn client() -> reqwest::Client {
    client_builder()
        .build()
        .expect("a client without TLS needs nothing")
}

/// Clients that follow no redirect, and let go of idle connections before the server does, which
/// is after ten seconds.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .pool_idle_timeout(PATIENCE / 4)
}
